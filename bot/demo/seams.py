"""Where the demo reaches into the simulated Discord's private parts, each place with its reason.

simcord is pinned to one version for the sake of this file and ``pane``. The demo wants a person's
language, names in direct messages, closed direct messages and a clock that starts today; none of
that has a public switch.
"""

# simcord's own attributes start with an underscore: using them is what this file is for.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from aiohttp import web
from discord.ext import commands
from simcord.backend.access import can_access_channel
from simcord.backend.cdn import CDN_BASE
from simcord.backend.models import Message
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env
from simcord.preview import (
    Preview,
    _commands,
    _component_projection,
    _messages,
    _pages,
    _queries,
    _server,
    _snapshot,
)


def new_env(bot: commands.Bot, epoch: datetime) -> Env:
    """A world that is not started yet, whose clock shows ``epoch``."""
    # Every act waits 50 ms for the bot to go quiet; a person clicking would feel each of them.
    defaults = cast("dict[str, Any]", Env._settle_internal.__kwdefaults__)
    defaults["idle"] = 0.0005
    Env.settle.__defaults__ = (None, 0.0005)
    # A busy laptop should see a slow answer, not a simulated failure.
    env = Env(bot, settle_timeout=20.0, check_errors=False)
    # The bot's timers normally also run on the wall clock, and an act waits for those that are
    # about to fire: a button would seem stuck whenever the bot is about to look for due work. Here
    # simulated time follows the wall clock anyway, so timers belong to it alone.
    cast("Any", env)._schedule_timer = _no_wall_clock
    set_epoch(env, epoch)
    return env


def _no_wall_clock(*_timer: object) -> None:
    """A timer that only moving the simulated clock can fire."""


def set_epoch(env: Env, epoch: datetime) -> None:
    """Put the clock on ``epoch``; simcord's own clock always starts on the same old day."""
    env.backend.clock.elapsed = 0.0
    env.backend.clock._epoch = epoch


def tap_events(env: Env, locales: Mapping[int, str], seen: Callable[[], None]) -> None:
    """Give every interaction its person's language, and report that something happened."""
    original = env.backend.emit

    def emit(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            # simcord always says en-US. The person is under "user" in a DM, "member" in a server.
            user: Any = payload.get("user") or payload["member"]["user"]
            locale = locales.get(int(user["id"]), "en-US")
            payload = {**payload, "locale": locale}
        seen()
        original(event, payload)

    # An attribute on this one backend: other worlds in the process are not touched.
    env.backend.emit = emit


def narrow_bot_role(env: Env, guild_id: int, permissions: int) -> None:
    """Give the bot what its invite link asks for; simcord gives it everything but Administrator."""
    guild = env.backend.get_guild(guild_id)
    for role_id in guild.members[env.backend.bot_user.id].role_ids:
        if role_id != guild_id:
            env.backend.edit_role(guild_id, role_id, {"permissions": permissions})


def picture(env: Env, user_id: int, png: bytes) -> tuple[str, tuple[str, bytes]]:
    """Give somebody a picture; what a pane needs to show it without asking Discord for it."""
    user = env.backend.get_user(user_id)
    user.avatar = "demo"
    return f"{CDN_BASE}/avatars/{user_id}/demo.png", (f"{user.name}.png", png)


def close_dms(env: Env, user_id: int, closed: bool) -> None:
    """Discord answers 403/50007 when a person's direct messages are closed; simcord knows no such
    setting, so it is a fault on that one channel."""
    path = f"/channels/{env.backend.get_dm_channel(user_id).id}/messages"
    env.backend.faults[:] = [fault for fault in env.backend.faults if fault["path"] != path]
    if closed:
        env.inject_error(
            "POST",
            path,
            status=403,
            code=50007,
            message="Cannot send messages to this user",
            times=None,
        )


def channel_handle(env: Env, guild: GuildHandle, key: str) -> ChannelHandle | None:
    """A handle on a channel by its id; the guild's own list of them goes by names, which repeat."""
    if not (key.isascii() and key.isdecimal()):
        return None
    channel = env.backend.channels.get(int(key))
    if channel is None or channel.guild_id != guild.id:
        return None
    return ChannelHandle(env, guild, channel)


def hide(message: Message) -> None:
    """Dismiss an ephemeral message: it is not shown any more, but the bot may still edit it."""
    message.visible_to = lambda user_id: False


async def stride(env: Env, seconds: float) -> None:
    """Move the clock in one jump and let the bot do what fell due.

    ``env.advance_time`` stops at every timer on the way: right for a test, minutes for a week.
    """
    env._begin_operation("advance_time")
    try:
        env._move_clock(env._virtual_time + seconds)
        await env._settle_internal()
    finally:
        env._end_operation()


def patch_pages() -> None:
    """Once a process: what the drawing code of every page should do differently."""
    if getattr(_messages, "_firsthand", False):
        return
    # Preview's request handlers expect their module to have been given aiohttp by start(), which
    # the demo never calls: it has one server for all of them.
    setattr(_server, "web", web)  # noqa: B010 - the name is made by its start()

    # In a DM simcord only knows the two people in it, and prints other mentions as <@id>. Discord
    # shows names of people you share a server with; here that is everybody.
    user_allowed = _messages._user_allowed

    def known(preview: Any, page: Any, user_id: int) -> bool:
        channel = preview.env.backend.get_channel(page.channel_id)
        if channel.guild_id is None:
            return user_id in preview.env.backend.users
        return user_allowed(preview, page, user_id)

    # The same for <#id> in a DM.
    markdown_context = _messages._markdown_context

    def context(
        preview: Any, page: Any, message: Any, channel: Any, *, content: str = ""
    ) -> dict[str, Any]:
        found = markdown_context(preview, page, message, channel, content=content)
        if channel.guild_id is None:
            backend = preview.env.backend
            member = _Viewer(preview.env, page.viewer.id)
            for other in backend.channels.values():
                if other.guild_id is not None and can_access_channel(preview.env, other.id, member):
                    found["channels"][str(other.id)] = other.name or str(other.id)
            found["channel_ids"] = list(found["channels"])
        return found

    _remember_markdown()
    # They import these two by name, so each module has its own reference to replace.
    modules: tuple[Any, ...] = (_messages, _queries, _snapshot)
    for module in modules:
        module._user_allowed = known
        module._markdown_context = context
    cast("Any", _messages)._firsthand = True


def _remember_markdown() -> None:
    """simcord builds a new parser for each text, each time it draws a page: most of what drawing
    takes. The same text with the same names in it looks the same."""
    original = cast("Any", _messages).markdown_tokens

    @lru_cache(maxsize=4096)
    def parsed(text: str, profile: str, context: str) -> str:
        return json.dumps(original(text, profile, context=json.loads(context)))

    def tokens(
        value: Any, profile: str = "message", *, context: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        if value is None:
            return []
        # A new copy each time: pages change theirs.
        return json.loads(parsed(str(value), profile, json.dumps(context or {}, sort_keys=True)))

    modules: tuple[Any, ...] = (_component_projection, _messages, _queries, _snapshot)
    for module in modules:
        module.markdown_tokens = tokens


class _Viewer:
    """The least that simcord's access check asks of a viewer: an id and the world it is in."""

    def __init__(self, env: Env, user_id: int) -> None:
        self._env = env
        self.id = user_id


def localise_catalogue() -> None:
    """Show commands in the person's language, as Discord does; simcord shows the English ones.

    Option names stay: simcord's page uses them as keys.
    """
    original = _commands.build_catalog
    if getattr(_commands, "_firsthand", False):
        return

    def build(preview: Preview, page: _pages._Page) -> dict[str, Any]:
        catalogue = original(preview, page)
        locale = preview.locale
        if locale.startswith("en"):
            return catalogue
        commands_by_id = {
            str(command["id"]): command
            for scope in preview.env.backend.commands.values()
            for command in scope.values()
        }
        for entry in catalogue["entries"]:
            _localise(entry, commands_by_id.get(entry["commandId"]), locale)
        return catalogue

    module: Any = _commands
    module.build_catalog = build
    module._firsthand = True


def _localise(entry: dict[str, Any], command: Mapping[str, Any] | None, locale: str) -> None:
    """Translate one entry of the slash picker in place, as far as the bot sent translations."""
    node: Mapping[str, Any] | None = command
    words: list[str] = []
    path: list[str] = entry["path"]
    for depth, part in enumerate(path):
        if depth and node is not None:
            options: list[Mapping[str, Any]] = node.get("options") or []
            node = next((option for option in options if option.get("name") == part), None)
        names: Mapping[str, str] = (node or {}).get("name_localizations") or {}
        words.append(names.get(locale) or part)
    entry["invocation"] = " ".join(words)
    if node is None:
        return
    described: Mapping[str, str] = node.get("description_localizations") or {}
    entry["description"] = described.get(locale, entry["description"])
    declared: dict[str, Mapping[str, Any]] = {
        option["name"]: option for option in node.get("options") or []
    }
    for option in entry["options"]:
        source = declared.get(option["name"], {})
        option["description"] = (source.get("description_localizations") or {}).get(
            locale, option["description"]
        )
        for choice, original in zip(option["choices"], source.get("choices") or [], strict=False):
            choice["name"] = (original.get("name_localizations") or {}).get(locale, choice["name"])


async def restart(env: Env, bot: commands.Bot) -> None:
    await env.restart_bot(bot)


async def stop(env: Env) -> None:
    """Detach the bot and give the event loop back."""
    await env.shutdown()


def errors_since(env: Env, cursor: int) -> tuple[int, tuple[BaseException, ...]]:
    found = env.errors_since(cursor)
    return cursor + len(found), found
