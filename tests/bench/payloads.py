"""What Discord would say to a bot that has just connected: one server, one person, one command.

Everything here is as small as discord.py and a real command need, and the same for every bot that
is measured.
"""

from __future__ import annotations

from typing import Any

APPLICATION = "900000000000000001"
BOT = APPLICATION
GUILD = "900000000000000002"
CHANNEL = "900000000000000003"
PERSON = "900000000000000004"
BOT_ROLE = "900000000000000005"
INTERACTION_TOKEN = "bench-interaction"
EVERYTHING = str((1 << 53) - 1)


def user(id_: str, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {
        "id": id_,
        "username": name,
        "discriminator": "0000" if bot else "0",
        "global_name": None if bot else name.title(),
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
        "flags": 0,
        "verified": True,
        "mfa_enabled": True,
        "locale": "en-US",
    }


def bot_user() -> dict[str, Any]:
    return user(BOT, "bench-bot", bot=True)


def member(of: dict[str, Any], *roles: str) -> dict[str, Any]:
    return {
        "user": of,
        "nick": None,
        "avatar": None,
        "roles": list(roles),
        "joined_at": "2026-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "permissions": EVERYTHING,
    }


def application() -> dict[str, Any]:
    return {
        "id": APPLICATION,
        "name": "bench-bot",
        "description": "",
        "icon": None,
        "owner": user(PERSON, "ada"),
        "team": None,
        "bot": bot_user(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "interactions_endpoint_url": None,
        "redirect_uris": [],
    }


def role(id_: str, name: str, position: int) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": position,
        "permissions": EVERYTHING,
        "managed": id_ == BOT_ROLE,
        "mentionable": False,
        "flags": 0,
    }


def text_channel(id_: str, name: str, position: int) -> dict[str, Any]:
    return {
        "id": id_,
        "type": 0,
        "guild_id": GUILD,
        "name": name,
        "position": position,
        "permission_overwrites": [],
        "topic": None,
        "nsfw": False,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "flags": 0,
        "permissions": EVERYTHING,
    }


def guild() -> dict[str, Any]:
    return {
        "id": GUILD,
        "name": "Bench",
        "icon": None,
        "owner_id": PERSON,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role(GUILD, "@everyone", 0), role(BOT_ROLE, "bench-bot", 1)],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY"],
        "mfa_level": 0,
        "system_channel_id": CHANNEL,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "preferred_locale": "en-US",
        "premium_tier": 0,
        "nsfw_level": 0,
        "large": False,
        "unavailable": False,
        "member_count": 2,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "members": [member(bot_user(), BOT_ROLE)],
        "channels": [
            text_channel(CHANNEL, "general", 0),
            text_channel("900000000000000006", "announcements", 1),
        ],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def ready(gateway: str, shard: list[int]) -> dict[str, Any]:
    return {
        "v": 10,
        "user": bot_user(),
        "guilds": [{"id": GUILD, "unavailable": True}],
        "session_id": "bench-session",
        "resume_gateway_url": gateway,
        "shard": shard,
        "application": {"id": APPLICATION, "flags": 0},
    }


def gateway_bot(gateway: str) -> dict[str, Any]:
    limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
    return {"url": gateway, "shards": 1, "session_start_limit": limit}


def slash_command(path: str) -> dict[str, Any]:
    """A person's ``/path`` in the first channel, e.g. ``help`` or ``privacy about``."""
    name, *subcommands = path.split()
    options: list[dict[str, Any]] = []
    for subcommand in reversed(subcommands):
        options = [{"type": 1 if not options else 2, "name": subcommand, "options": options}]
    return {
        "id": "900000000000000007",
        "application_id": APPLICATION,
        "type": 2,
        "data": {"id": "900000000000000008", "name": name, "type": 1, "options": options},
        "guild_id": GUILD,
        "guild": {"id": GUILD, "locale": "en-US", "features": []},
        "channel_id": CHANNEL,
        "channel": text_channel(CHANNEL, "general", 0),
        "member": member(user(PERSON, "ada")),
        "token": INTERACTION_TOKEN,
        "version": 1,
        "app_permissions": EVERYTHING,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": GUILD},
        "context": 0,
        "attachment_size_limit": 10485760,
    }


def message() -> dict[str, Any]:
    """What a request that posts or edits a message gets back."""
    return {
        "id": "900000000000000009",
        "channel_id": CHANNEL,
        "author": bot_user(),
        "content": "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "flags": 0,
        "type": 20,
    }
