"""What Discord does and simcord 3.2.1 does not: in force in the demo and in every test.

Each rule names the place it was taken from: Discord's documentation, its public issue tracker
(``api-docs #…``), or that of another program. Where it is not known which of two things Discord
does, the one that is harder to live with is in force here. ``enforce`` puts them in place, once a
process; what only happens now and then (an outage, a time-out, a proxied message) is brought about
by the functions below it.

The version is pinned, because this reaches into private parts.
"""

# simcord's own attributes start with an underscore: using them is what this file is for.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import discord
from discord.http import HTTPClient, Route
from simcord import _dpy_internals, actors
from simcord import intents as wire_intents
from simcord.backend import Backend, errors, permissions, serializers
from simcord.backend.errors import BackendError, SetupError
from simcord.backend.models import Channel, Message
from simcord.components import walk_components
from simcord.enums import ChannelType, InteractionType
from simcord.env import Env
from simcord.gateway import FakeGateway, ShardRouter
from simcord.http import router
from simcord.http.client import FakeHTTPClient

Check = Callable[[router.RequestContext], None]

#: Bytes that all files of one message may have together, in a server without boosts.
MOST_BYTES = 10 * 1024 * 1024
#: DMs that may be opened within these seconds. Discord does not say how many; this is few.
DMS_AT_MOST, DMS_WITHIN = 20, 600
#: Stands for the words on a list of Discord's that nobody outside has seen.
REFUSED_WORD = "blocklisted"

_CHECKS: list[tuple[str, Check]] = []


def _before(*routes: str) -> Callable[[Check], Check]:
    """Have requests on these routes (all, if none is named) pass a check first."""

    def register(check: Check) -> Check:
        _CHECKS.extend((each, check) for each in routes or ("",))
        return check

    return register


def enforce() -> None:
    """Put every rule in place. Asked again, it does nothing."""
    if getattr(router, "_firsthand", False):
        return
    cast("Any", router)._firsthand = True
    for method, table in router._ROUTES.items():
        for place, (template, handler) in enumerate(table):
            known = ("", f"{method} /{'/'.join(template)}")
            checks = tuple(check for name, check in _CHECKS if name in known)
            table[place] = (template, _checked(handler, checks))
    _change_messages()
    _change_guilds()
    _change_requests()
    _change_commands()
    _let_create_events_suffice()
    _hold_by_expressions()
    _read_on_from_the_oldest()


def _checked(handler: router.Handler, checks: tuple[Check, ...]) -> router.Handler:
    def handle(context: router.RequestContext) -> Any:
        for check in checks:
            check(context)
        return handler(context)

    return handle


# -- messages ---------------------------------------------------------------------------------


def _change_messages() -> None:
    backend: Any = Backend
    write, edit, delete = backend.commit_message, backend.edit_message, backend.delete_message
    delete_all, react = backend.bulk_delete_messages, backend.add_reaction
    unreact = backend.remove_reaction
    payload = serializers.message_payload

    def commit_message(self: Any, message: Message, *, broadcast: bool = True) -> Message:
        channel = self.get_channel(message.channel_id)
        if channel.is_thread and not message.is_ephemeral:
            _locked(self, channel, message.author_id)
            _open_again(self, channel)
        done = write(self, message, broadcast=broadcast)
        _invite_the_mentioned(self, channel, message)
        return done

    def edit_message(self: Any, channel_id: int, message_id: int, fields: Any) -> Message:
        message = self.get_message(channel_id, message_id)
        if not message.is_ephemeral:
            _archived(self, channel_id)
            _locked(self, self.get_channel(channel_id), message.author_id)
        done = edit(self, channel_id, message_id, fields)
        _invite_the_mentioned(self, self.get_channel(channel_id), done)
        return done

    def delete_message(self: Any, channel_id: int, message_id: int) -> None:
        if not self.get_message(channel_id, message_id).is_ephemeral:
            _archived(self, channel_id)
        delete(self, channel_id, message_id)

    def bulk_delete_messages(self: Any, channel_id: int, message_ids: Iterable[int]) -> Any:
        _archived(self, channel_id)
        return delete_all(self, channel_id, message_ids)

    def add_reaction(self: Any, channel_id: int, *rest: Any, **more: Any) -> Any:
        _archived(self, channel_id)
        return react(self, channel_id, *rest, **more)

    def remove_reaction(self: Any, channel_id: int, *rest: Any, **more: Any) -> Any:
        _archived(self, channel_id)
        return unreact(self, channel_id, *rest, **more)

    def message_payload(self: Any, message: Any, *, for_user: int | None = None) -> Any:
        # Which reactions are one's own is told in every history; simcord tells nobody.
        told: Any = payload(self, message, for_user=for_user or self.bot_user.id)
        # Rule 1: a file that a component shows is not among the attachments (message resource;
        # api-docs #8277).
        shown = _shown_files(message.components)
        told["attachments"] = [it for it in told["attachments"] if it["url"] not in shown]
        # Rule 16: a mention that pings nobody brings no name along: whoever is not in the reader's
        # cache stands there as <@id> (api-docs #2126, #1479; most often on Android).
        if message.system_metadata is None:
            pinged = {str(each) for each in message.ping_user_ids}
            told["mentions"] = [it for it in told["mentions"] if str(it["id"]) in pinged]
        return told

    for changed in (
        commit_message,
        edit_message,
        delete_message,
        bulk_delete_messages,
        add_reaction,
        remove_reaction,
    ):
        setattr(backend, changed.__name__, changed)
    cast("Any", serializers).message_payload = message_payload


def _archived(backend: Any, channel_id: int) -> None:
    """Rule 2: in an archived thread nothing is edited, deleted or reacted to, and nobody is added
    (threads topic; api-docs #2855, #6928)."""
    thread = backend.get_channel(channel_id)
    if thread.thread_metadata is not None and thread.thread_metadata.archived:
        raise BackendError(400, 50083, "Thread is archived")


def _locked(backend: Any, channel: Channel, author_id: int) -> None:
    """Rule 3: in a locked thread only who has Manage Threads writes, edits or opens. One's own
    messages can still be deleted while it is active (threads topic; discord.js #9216)."""
    if (
        channel.thread_metadata is not None
        and channel.thread_metadata.locked
        and not _may(backend, channel, author_id, "manage_threads")
    ):
        raise BackendError(403, 160005, "Thread is locked")


def _open_again(backend: Any, thread: Channel) -> None:
    """Rule 2: whoever may write in an archived thread opens it by writing (threads topic)."""
    metadata = thread.thread_metadata
    if metadata is not None and metadata.archived:
        backend.edit_channel(thread.id, {}, thread_metadata={"archived": False})


def _invite_the_mentioned(backend: Any, channel: Channel, message: Message) -> None:
    """Rule 4: a mention in a private thread adds the person to it, whether or not it pings and also
    by an edit (api-docs #5295, #7786, #4771)."""
    if channel.type == ChannelType.PRIVATE_THREAD and not message.is_ephemeral:
        for person_id in message.mention_user_ids:
            if _may(backend, channel, person_id, "view_channel"):
                backend.add_thread_member(channel.id, person_id)


def _may(backend: Any, channel: Channel, person_id: int, permission: str) -> bool:
    """What the permissions of a channel, or of a thread's parent, say of a member."""
    if channel.guild_id is None or person_id not in backend.get_guild(channel.guild_id).members:
        return False
    allowed = backend.compute_permissions(channel.guild_id, person_id, channel.id)
    return bool(allowed & permissions.flag(permission))


def _shown_files(components: Any) -> set[str]:
    media = ("media", "file")
    found: list[Mapping[str, Any]] = []
    for part in walk_components(components):
        found += [part[key] for key in media if key in part]
        found += [item["media"] for item in part.get("items") or ()]
    return {str(each.get("url")) for each in found}


@_before()
def _not_too_large(context: router.RequestContext) -> None:
    """Rule 12: more than 10 MiB in a message is refused (api-docs #8572)."""
    total = 0
    for file in context.files:
        start = file.fp.tell()
        total += file.fp.seek(0, os.SEEK_END) - start
        file.fp.seek(start)
    if total > MOST_BYTES:
        raise BackendError(413, 40005, "Request entity too large")


# -- channels and threads ---------------------------------------------------------------------


@_before("PATCH /channels/{channel_id}", "DELETE /channels/{channel_id}")
def _threads_are_for_their_managers(context: router.RequestContext) -> None:
    """Rules 2 and 3: `archived: false` by somebody who may write opens a thread; everything else
    takes Manage Threads, and an archived one has to be opened in the same request (threads topic).
    Whoever started a thread may rename and archive it."""
    backend, thread = context.backend, context.backend.get_channel(context.int_arg("channel_id"))
    if not thread.is_thread or thread.thread_metadata is None:
        return
    changes = set(context.body())
    permission = "manage_threads"
    if context.method == "PATCH":
        if context.body().get("archived") is not False:
            _archived(backend, thread.id)
        if not thread.thread_metadata.locked:
            if changes == {"archived"} and context.body()["archived"] is False:
                permission = "send_messages_in_threads"
            elif thread.owner_id == backend.bot_user.id and changes <= _OF_AN_OWNER:
                permission = "view_channel"
    context.require_channel_permissions(thread.id, permission)
    # simcord would go on to ask for Manage Channels.
    context.require_channel_permissions = lambda channel_id, *_: backend.get_channel(channel_id)


_OF_AN_OWNER = {"name", "archived", "auto_archive_duration", "rate_limit_per_user"}


@_before(
    "PUT /channels/{channel_id}/thread-members/@me",
    "PUT /channels/{channel_id}/thread-members/{user_id}",
    "DELETE /channels/{channel_id}/thread-members/{user_id}",
)
def _nobody_is_added_to_an_archived_thread(context: router.RequestContext) -> None:
    _archived(context.backend, context.int_arg("channel_id"))


@_before(
    "POST /guilds/{guild_id}/channels",
    "PATCH /channels/{channel_id}",
    "PUT /channels/{channel_id}/permissions/{target_id}",
)
def _give_only_what_one_has(context: router.RequestContext) -> None:
    """Rule 5: an overwrite may hold only bits that the bot has in the server and, where there is
    one, in the parent category; a category that hides itself lets it give nothing (api-docs #3450,
    #3756, #2520; that the category alone is not enough: #2524; the documentation says "guild or
    parent channel"). Manage Permissions is for administrators (api-docs #2522, #7978)."""
    backend, body = context.backend, context.body()
    if "guild_id" in context.args:
        guild_id, parent_id = context.int_arg("guild_id"), body.get("parent_id")
    else:
        channel = backend.get_channel(context.int_arg("channel_id"))
        guild_id, parent_id = channel.guild_id, body.get("parent_id", channel.parent_id)
    asked = [body] if "target_id" in context.args else body.get("permission_overwrites") or []
    if guild_id is None or not asked:
        return
    had = backend.compute_permissions(guild_id, backend.bot_user.id)
    if had & permissions.flag("administrator"):
        return
    had &= ~permissions.flag("manage_roles")
    if parent_id is not None:
        inside = backend.compute_permissions(guild_id, backend.bot_user.id, int(parent_id))
        had &= inside if inside & permissions.flag("view_channel") else 0
    if any((int(it.get("allow", 0)) | int(it.get("deny", 0))) & ~had for it in asked):
        raise errors.missing_permissions()


@_before(
    "POST /guilds/{guild_id}/channels",
    "PATCH /channels/{channel_id}",
    "POST /channels/{channel_id}/threads",
    "POST /channels/{channel_id}/messages/{message_id}/threads",
    "POST /guilds/{guild_id}/scheduled-events",
    "PATCH /guilds/{guild_id}/scheduled-events/{event_id}",
)
def _names_are_looked_at(context: router.RequestContext) -> None:
    """Rule 10: names are refused with 50035, or 20031 where the server can be discovered, at making
    and at renaming (discord-tickets #262, of channels; whether it is so with events nobody says).
    """
    body = context.body()
    if "name" not in body:
        return
    name = str(body["name"] or "")
    if not 1 <= len(name) <= 100:
        raise _faulty_name("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if REFUSED_WORD not in name.lower():
        return
    if context.backend.guilds and _discoverable(context):
        raise BackendError(400, 20031, "This name contains words that are not allowed")
    raise _faulty_name("CHANNEL_NAME_INVALID", "Contains words that are not allowed.")


def _faulty_name(code: str, message: str) -> BackendError:
    """As Discord says it: the fault stands beside the field it is in (error messages)."""
    return errors.invalid_form_body(
        errors={"name": {"_errors": [{"code": code, "message": message}]}}
    )


def _discoverable(context: router.RequestContext) -> bool:
    """A Community server has a channel for its rules."""
    if "guild_id" in context.args:
        guild_id: int | None = context.int_arg("guild_id")
    else:
        guild_id = context.backend.get_channel(context.int_arg("channel_id")).guild_id
    return guild_id is not None and _kept_channels(context.backend, guild_id) != set()


@_before("DELETE /channels/{channel_id}")
def _community_channels_stay(context: router.RequestContext) -> None:
    """Rule 11: the channels for rules and updates of a Community server cannot be deleted (delete
    channel)."""
    channel = context.backend.get_channel(context.int_arg("channel_id"))
    if channel.guild_id is not None and channel.id in _kept_channels(
        context.backend, channel.guild_id
    ):
        raise BackendError(400, 50074, "Cannot delete a channel required for Community guilds")


def _kept_channels(backend: Any, guild_id: int) -> set[int]:
    guild = backend.get_guild(guild_id)
    return {guild.rules_channel_id, guild.public_updates_channel_id} - {None}


# Rule 14, Send Messages in Threads for writing in a thread (threads topic), is simcord's own; so is
# what a time-out leaves (rule 15, api-docs #6847). Both have their tests beside the others.


# -- what a server is before it is there, and what is not in the cache ----------------------------


def _change_guilds() -> None:
    create, identify, feed = (
        serializers.guild_create_payload,
        ShardRouter.identify,
        FakeGateway.feed,
    )
    wanted = wire_intents.required_intent

    def guild_create_payload(backend: Any, guild: Any) -> Any:
        """Rule 7: archived threads, and private ones the bot is not in, are not told."""
        told: Any = create(backend, guild)
        told["threads"] = [it for it in told["threads"] if _is_told(backend, int(it["id"]))]
        return told

    def identify_by_and_by(self: Any, shard_id: int, *, replay_guilds: bool = False) -> None:
        """Rule 6: at first a server is an id and nothing else (gateway; discord.py #5091)."""
        feed = self.gateways[shard_id].feed
        later = [{"id": str(each), "unavailable": True} for each in self._backend.guilds]

        def announcing(event: str, payload: Any) -> None:
            feed(event, {**payload, "guilds": later} if event == "READY" else payload)

        self.gateways[shard_id].feed = announcing
        try:
            identify(self, shard_id, replay_guilds=replay_guilds)
        finally:
            del self.gateways[shard_id].feed

    def feed_what_is_there(self: Any, event: str, payload: Mapping[str, Any]) -> None:
        about = payload.get("guild_id") or (payload.get("id") if event[:6] == "GUILD_" else None)
        if event == "INTERACTION_CREATE":
            payload = _brought(self._backend, payload)
        elif int(about or 0) in _out(self._backend):
            return
        feed(self, event, payload)

    def required_intent(event: str, payload: Mapping[str, Any]) -> str | None:
        """What changes about the bot itself is always told (gateway, members intent)."""
        user: Mapping[str, Any] = payload.get("user") or {}
        if event == "GUILD_MEMBER_UPDATE" and user.get("bot"):
            return None
        return wanted(event, payload)

    cast("Any", serializers).guild_create_payload = guild_create_payload
    cast("Any", ShardRouter).identify = identify_by_and_by
    cast("Any", FakeGateway).feed = feed_what_is_there
    cast("Any", wire_intents).required_intent = required_intent


def _brought(backend: Any, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Rule 6: what an interaction brings of its server is an id and what it can do, and says not
    whether the rest is there; of its channel it brings no overwrites (interaction object: both are
    partial)."""
    if "guild_id" not in payload:
        return payload
    features = ["COMMUNITY"] if _kept_channels(backend, int(payload["guild_id"])) else []
    kept = {name: it for name, it in payload["channel"].items() if name != "permission_overwrites"}
    about = {"id": payload["guild_id"], "features": features, "locale": "en-US"}
    return {**payload, "channel": kept, "guild": about}


def _is_told(backend: Any, thread_id: int) -> bool:
    thread, bot_id = backend.channels[thread_id], backend.bot_user.id
    return not thread.thread_metadata.archived and (
        thread.type != ChannelType.PRIVATE_THREAD
        or bot_id in thread.thread_members
        or _may(backend, thread, bot_id, "manage_threads")
    )


def _out(backend: Any) -> set[int]:
    """Servers that are not there for the bot at the moment."""
    return backend.__dict__.setdefault("_firsthand_out", set())


def goes_out(env: Env, guild_id: int) -> None:
    """Rule 6: an outage, or a start at which a server has yet to come. Removed it is not."""
    env.backend.emit("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
    _out(env.backend).add(guild_id)


def comes_back(env: Env, guild_id: int) -> None:
    """What Discord tells of a server once it is there."""
    _out(env.backend).discard(guild_id)
    guild = env.backend.get_guild(guild_id)
    env.backend.emit("GUILD_CREATE", serializers.guild_create_payload(env.backend, guild))


def time_out_bot(env: Env, guild_id: int, seconds: float) -> None:
    """Rule 15: a moderator puts the bot in time-out; sending and much else fails until then."""
    guild = env.backend.get_guild(guild_id)
    member = guild.members[env.backend.bot_user.id]
    member.timed_out_until = env.backend.iso_after(seconds)
    told = {**serializers.member_payload(env.backend, guild, member), "guild_id": str(guild_id)}
    env.backend.emit("GUILD_MEMBER_UPDATE", told)


# -- requests ---------------------------------------------------------------------------------


class _Limited(Exception):
    """Discord asks to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def _change_requests() -> None:
    """Rule 13: discord.py waits out a 429 by itself, for minutes or hours, unless
    ``max_ratelimit_timeout`` says otherwise (discord.py #9073)."""
    check, install, request = (
        router._check_faults,
        _dpy_internals.install_http,
        FakeHTTPClient.request,
    )

    def check_faults(backend: Any, method: str, path: str) -> None:
        try:
            check(backend, method, path)
        except BackendError as error:
            wait = re.fullmatch(r"wait ([\d.]+)", error.message)
            raise (_Limited(float(wait[1])) if error.status == 429 and wait else error) from None

    def install_http(client: discord.Client, http: HTTPClient) -> None:
        http.max_ratelimit_timeout = client.http.max_ratelimit_timeout
        install(client, http)

    async def request_or_wait(self: Any, route: Route, **how: Any) -> Any:
        while True:
            try:
                return await request(self, route, **how)
            except _Limited as limited:
                most = self.max_ratelimit_timeout
                if most and limited.seconds > most:
                    raise discord.RateLimited(limited.seconds) from None
                await asyncio.sleep(limited.seconds)

    cast("Any", router)._check_faults = check_faults
    cast("Any", _dpy_internals).install_http = install_http
    cast("Any", FakeHTTPClient).request = request_or_wait


def limit(env: Env, method: str, path: str, seconds: float, times: int | None = 1) -> None:
    """Rule 13: have Discord ask to wait before these requests are made again."""
    env.inject_error(method, path, status=429, code=20028, message=f"wait {seconds}", times=times)


@_before("POST /users/@me/channels")
def _open_few_dms(context: router.RequestContext) -> None:
    """Rule 8: opening many DMs too fast is refused for a while (create DM; error codes)."""
    backend = cast("Any", context.backend)
    now = backend.clock.now().timestamp()
    opened: list[float] = backend.__dict__.setdefault("_firsthand_opened", [])
    opened[:] = [*(each for each in opened if each > now - DMS_WITHIN), now]
    if len(opened) > DMS_AT_MOST:
        opened.pop()
        raise BackendError(403, 40003, "You are opening direct messages too fast")


@_before("POST /channels/{channel_id}/messages")
def _write_to_nobody_far(context: router.RequestContext) -> None:
    """Rule 8: a person who shares no server with the bot cannot be written to. That lasts, as
    closed DMs do (50007); everything else passes (error codes)."""
    backend = context.backend
    channel = backend.get_channel(context.int_arg("channel_id"))
    if channel.guild_id is None and not any(_shares_server(backend, channel.recipient_ids)):
        raise BackendError(403, 50278, "Cannot send messages to this user: no mutual guilds")


def _shares_server(backend: Any, person_ids: Iterable[int]) -> Iterator[bool]:
    for person_id in person_ids:
        for guild in backend.guilds.values():
            yield person_id in guild.members and backend.bot_user.id in guild.members


# -- what clients do --------------------------------------------------------------------------

_sends_names = False


@contextmanager
def sending_names() -> Generator[None]:
    """Rule 9: clients that send a suggestion's name in place of its value."""
    global _sends_names
    _sends_names = True
    try:
        yield
    finally:
        _sends_names = False


def _change_commands() -> None:
    module: Any = actors
    suggest, use, dispatch = (
        module._autocomplete_result,
        module._slash,
        module._dispatch_actor_interaction,
    )

    async def autocomplete_result(
        actor: Any, channel: Any, name: str, option: str, *rest: Any, **more: Any
    ) -> Any:
        result = await suggest(actor, channel, name, option, *rest, **more)
        _offered(actor)[name, option] = result.autocomplete_choices or []
        return result

    async def slash(
        actor: Any, channel: Any, name: str, options: dict[str, Any], **more: Any
    ) -> Any:
        """Rule 9: clients sometimes send a suggestion's name in place of its value, and of two
        equal names the first is taken (api-docs #7206, open; #5749, #8565)."""
        sent = {
            option: _as_sent(value, _offered(actor).get((name, option), []))
            for option, value in options.items()
        }
        return await use(actor, channel, name, sent, **more)

    async def dispatch_actor_interaction(
        actor: Any, type: int, channel: Any, *rest: Any, **more: Any
    ) -> Any:
        """Rule 17: commands of an app that is installed to servers alone do not run in its DM once
        no server is shared (application commands; api-docs #8061)."""
        commands = (
            InteractionType.APPLICATION_COMMAND,
            InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE,
        )
        backend = actor._env.backend
        in_dm = backend.get_channel(channel.id).guild_id is None
        if type in commands and in_dm and not any(_shares_server(backend, [actor.id])):
            raise SetupError("the client offers no commands here: no server is shared")
        return await dispatch(actor, type, channel, *rest, **more)

    module._autocomplete_result = autocomplete_result
    module._slash = slash
    module._dispatch_actor_interaction = dispatch_actor_interaction


def _offered(actor: Any) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What was suggested to a person last, by command and option."""
    everybody = actor._env.backend.__dict__.setdefault("_firsthand_offered", {})
    return everybody.setdefault(actor.id, {})


def _as_sent(value: Any, choices: list[dict[str, Any]]) -> Any:
    chosen = next((each for each in choices if each["value"] == value), None)
    if chosen is None:
        return value
    first = next(each for each in choices if each["name"] == chosen["name"])
    return first["name"] if _sends_names else first["value"]


async def send_proxied(actor: Any, channel: Any, content: str, name: str) -> Message:
    """Rule 18: somebody writes, and a proxy bot posts it again by webhook and deletes what they
    wrote, within a second (PluralKit). Returns what stands then."""
    env, backend = actor._env, actor._env.backend
    written = backend.create_message(channel.id, actor.id, content)
    webhook = backend.make_user(f"proxy of {name}", bot=True)
    posted = backend.create_message(
        channel.id, webhook.id, content, webhook_id=backend.snowflake(), author_name=name
    )
    backend.delete_message(channel.id, written.id)
    await env.settle()
    return posted


# Rule 19, that names of servers, channels, roles and people are somebody's text, needs nothing
# here: the tests give everything a name with Markdown in it.


# -- where simcord lacks a part ---------------------------------------------------------------


def _let_create_events_suffice() -> None:
    """Let the bot make and change events of its own with Create Events (simcord: Manage)."""
    real = router.RequestContext.require_guild_permissions

    def require(self: Any, guild_id: int, *names: str) -> None:
        try:
            real(self, guild_id, *names)
        except BackendError:
            if names != ("manage_events",):
                raise
            real(self, guild_id, "create_events")

    router.RequestContext.require_guild_permissions = require  # type: ignore[method-assign]


def _hold_by_expressions() -> None:
    """Let AutoMod hold what an expression of a rule finds (simcord: words alone, and no list of
    what is let through)."""
    backend: Any = Backend
    real = backend._match_keyword

    def match(rule: Any, content: str) -> str | None:
        expressions: list[str] = rule.trigger_metadata.get("regex_patterns") or []
        for expression in expressions:
            if re.search(expression, content, re.IGNORECASE):
                return expression
        return real(rule, content)

    backend._match_keyword = staticmethod(match)


def _read_on_from_the_oldest() -> None:
    """Let a history after a message begin with the oldest there is (simcord: the newest, so that
    whoever pages through it skips all but the last page)."""
    table = router._ROUTES["GET"]
    place = next(
        n for n, (each, _) in enumerate(table) if each == ["channels", "{channel_id}", "messages"]
    )
    template, handler = table[place]

    def history(context: router.RequestContext) -> Any:
        if "after" not in context.params:
            return handler(context)
        limit = int(context.params.get("limit", 50))
        context.params = {**context.params, "limit": sys.maxsize}
        return handler(context)[-limit:]

    table[place] = (template, history)
