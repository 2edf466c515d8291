"""How the bot answers: one way to acknowledge, answer, page, confirm, refuse and fail.

Every answer is for the person who asked alone, unless a command says otherwise. Buttons, menus and
forms carry a name and an id, nothing else, and are handled by `Controls` in any process and after
any restart: the handler reads the row again and checks who acted. discord.py's own views live in
memory and would forget forms, so views are stopped before they are sent.
"""

from __future__ import annotations

import io
import logging
import re
import secrets
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic
from typing import Any, NamedTuple, cast

import aiohttp
import discord
from discord import app_commands, ui

from bot import faults
from bot.store.database import advice
from bot.text import clean, fault, whole
from bot.words import N_, Words, speak
from bot.work.turns import Busy

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]
Handler = Callable[[Interaction, str], Awaitable[None]]

NOBODY = discord.AllowedMentions.none()
#: What a call to Discord can raise: it said no, it did not answer, or the connection broke.
UNREACHED = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
)
#: What lasts of all that Discord can refuse a DM with: closed DMs, and no server that is shared.
_DMS_CLOSED = (50007, 50278)
#: Seconds for what must be known before a form can open; Discord waits 3 for the first answer.
FORM_SECONDS = 2.0
_CUSTOM_ID = re.compile(r"firsthand:(?P<name>[a-z]+(?:-[a-z]+)*):(?P<key>[0-9A-Za-z_.-]{0,60})")
_UNKNOWN_INTERACTION = 10062
_ACKNOWLEDGED = 40060
#: Seconds before discord.py tries again by itself, a little less.
_OWN_TRY = 0.9
#: Stands in the extras of an interaction that discord.py does not know to be acknowledged.
_OURS = "acknowledged"
#: Stands there when Discord said nothing to the first word: it may have had it, or not.
_UNHEARD = "unheard"
#: What ends a line: Discord knows the first; what its apps make of the others, nobody says.
_ENDS = r"\n\r\v\f\x85\u2028\u2029"
#: The places where a backslash keeps Discord from making something of the sign that follows; it
#: does before every sign, never before letters, digits and blanks. discord.py's own escaping takes
#: time that grows with the cube of a text, and leaves what stands between brackets, or in a link.
#: This looks at a character once, and at a line's first blanks and digits twice (`*+`, `++`: none
#: is given back), so one member's text costs no more than its length.
_BEFORE_A_SIGN = re.compile(
    rf"""
    # Code, bold, slanted, underlined, struck, hidden; links with a text of their own; what `<`
    # begins: mentions, commands, times, emoji, <id:guide>, links. `\` itself would escape.
    (?=[\\`*_~|<\[\]])
    # `:x:` and `:ok::skin-tone-2:`, emoji, also if a sentence of ours brings the last colon;
    # and `://`, the middle of every link, which is then shown as the text it is.
    | (?=:(?!\s))
    | (?=@(?:everyone|here))
    # At the beginning of a line: headings, small print (`-#`), lists (also counted ones, which
    # would be counted anew) and quotes.
    | (?<![^{_ENDS}])[^\S{_ENDS}]*+(?: (?=[\#>+-]) | [0-9]++(?=[.)](?!\S)) )
    """,
    re.VERBOSE,
)
#: Characters, all texts together: what is shorter is quickly typed again, and what is longer does
#: not fit a message (Discord allows 4,000 in all its texts).
_WORTH_KEEPING = 12
_PAGE_LIMIT = 3400
#: The id of a card's line above what it gives back. Discord returns it with each press there.
_GIVES_BACK = 1000
#: What the names of fields begin with that are never shown again.
PASSPHRASE = "passphrase"
#: The largest number a key may hold: ids and times fit into 63 bits, and nobody turns more pages.
_MOST = 2**63 - 1
_LAST_PAGE = 9999

NOT_FOUND = N_(
    "I can't find that here. It may be over, or it isn't yours to open. "
    "/consent inbox and /consent ledger show what is."
)


_UNSEEN = N_(
    "Discord isn't showing me this server right now. Nothing was changed; please try again in a "
    "few minutes."
)

_BUSY = N_(
    "I am still busy with the last things you asked me for. This one I have not begun, and nothing "
    "was changed; please try again in a moment."
)

_TIMED_OUT = N_(
    "Somebody who moderates this server has put me in time-out until {when}, so I can't do that "
    "here. Nothing was changed; please try again then."
)


class Refused(Exception):
    """What the person asked for will not be done; the text says why and names the next step.

    `items`: rows of buttons below it, where the next step is a press away.
    """

    def __init__(self, text: str, *items: ui.Item[Any]) -> None:
        super().__init__()
        self.text = text
        self.items = items


def words_for(interaction: Interaction) -> Words:
    """The words of the person who acts."""
    return speak(str(interaction.locale))


def not_found(interaction: Interaction) -> Refused:
    """The same answer for what does not exist and for what belongs to somebody else."""
    return Refused(words_for(interaction)(NOT_FOUND))


def in_server(interaction: Interaction) -> discord.Guild:
    """The server this happens in. Raises Refused in a DM."""
    if interaction.guild is None:
        words = words_for(interaction)
        raise Refused(words("This needs a server: use it in a channel there."))
    return interaction.guild


def in_seen_server(interaction: Interaction) -> discord.Guild:
    """The same, for what looks at its channels, its roles or the bot's own permissions there.

    Raises Refused while Discord doesn't show it: then all of them seem to be missing.
    """
    guild = in_server(interaction)
    if not is_seen(guild):
        raise unseen(interaction)
    return guild


def is_seen(guild: discord.Guild) -> bool:
    """Whether Discord shows a server, with its roles, channels and members.

    One that is not even known yet is what the interaction says of it, and that is never that it is
    unavailable; but no server is without the role that everybody has.
    """
    return not guild.unavailable and guild.get_role(guild.id) is not None


def timed_out_until(guild: discord.Guild) -> int:
    """When the bot's time-out in a server is over; 0: it is in none, as far as it shows."""
    me = cast("discord.Member | None", guild.me)
    until = None if me is None or not me.is_timed_out() else me.timed_out_until
    return 0 if until is None else int(until.timestamp())


def in_working_server(interaction: Interaction) -> discord.Guild:
    """The same, for what the bot does there by its own permissions.

    Raises Refused in a time-out, too: then none of them counts, and none has to be given.
    """
    guild = in_seen_server(interaction)
    until = timed_out_until(guild)
    if until:
        raise Refused(words_for(interaction)(_TIMED_OUT, when=moment(until)))
    return guild


def unseen(interaction: Interaction) -> Refused:
    """Discord doesn't show the server yet, or has an outage: what isn't seen isn't gone."""
    return Refused(words_for(interaction)(_UNSEEN))


def server_name(words: Words, guild: discord.Guild | None) -> str:
    """The server a line in a DM is about."""
    if guild is None:
        return words("a server I am no longer in")
    # Until Discord shows a server it has an id and nothing else.
    return literal(guild.name) or words("a server that Discord isn't showing me right now")


def here(interaction: Interaction) -> int:
    """The server's id, 0 in a DM, where everything is shown together."""
    return interaction.guild_id or 0


# -- building ---------------------------------------------------------------------------------


class Card(ui.LayoutView):
    """A message made of texts, rows of buttons, and menus, from top to bottom."""

    def __init__(self, *parts: str | ui.Item[Any], boxed: bool = False) -> None:
        super().__init__(timeout=None)
        items: list[ui.Item[Any]] = [
            ui.TextDisplay(part) if isinstance(part, str) else part for part in parts if part
        ]
        for item in [ui.Container[Any](*items)] if boxed else items:
            self.add_item(item)
        self.stop()


def custom_id(name: str, key: str = "") -> str:
    """The id of a control: which handler, and which row."""
    return f"firsthand:{name}:{key}"


def button(
    label: str,
    name: str,
    key: str = "",
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> ui.Button[Any]:
    """A button that `Controls` will hand to the handler called `name`."""
    return ui.Button(label=label, custom_id=custom_id(name, key), style=style)


def row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """A row of up to five buttons, or one menu."""
    return ui.ActionRow(*items)


def pager(words: Words, name: str, page: int, *, more: bool) -> list[ui.ActionRow[Any]]:
    """Buttons to the pages before and after, where there are any. Page 0 is the newest."""
    buttons: list[ui.Item[Any]] = []
    if page:
        buttons.append(button(words("Back"), name, str(page - 1)))
    if more:
        buttons.append(button(words("More"), name, str(page + 1)))
    return [row(*buttons)] if buttons else []


def quoted(text: str) -> str:
    """Somebody's words, shown to the letter: no formatting of theirs takes effect."""
    return ">>> " + literal(text)


def literal(text: str) -> str:
    """A text that Discord shows character by character; at most twice as long."""
    return _BEFORE_A_SIGN.sub(lambda before: before[0] + "\\", text)


def named(person_id: int, called: str | None) -> str:
    """A person before everybody: by name, too, for an app may show a mention as a number alone.

    `called`: their name in the server at this moment, which is kept nowhere. None: not known.
    """
    mention = f"<@{person_id}>"
    return f"**{literal(called)}** ({mention})" if called else mention


def moment(seconds: int, style: str = "f") -> str:
    """A time (seconds UTC) that each person's Discord shows in their own time zone."""
    return f"<t:{seconds}:{style}>"


def message_link(guild_id: int, channel_id: int, message_id: int) -> str:
    """A link that opens a message in Discord."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def whereabouts(words: Words, post: Any) -> str:
    """Where words of a post still stand, or where they are looked for."""
    if post.message_id is not None:
        return message_link(post.guild_id, post.channel_id, post.message_id)
    return words(
        "{channel}: they were just being posted there. I take them out as soon as I find them.",
        channel=f"<#{post.channel_id}>",
    )


def listed(lines: Sequence[str], most: int) -> str:
    """Lines, one below the other, as many as fit; an ellipsis says that there are more."""
    return "\n".join([*lines[:most], *(["…"] if len(lines) > most else [])])


class Form(ui.Modal):
    """A form whose submission `Controls` hands to the handler called `name`."""

    def __init__(self, title: str, name: str, key: str, *fields: ui.Label[Any]) -> None:
        super().__init__(title=title, custom_id=custom_id(name, key), timeout=None)
        for field in fields:
            self.add_item(field)
        self.stop()


def form_values(interaction: Interaction) -> dict[str, Any]:
    """What was filled in, by field: a text, or a list of chosen values."""
    data = cast("dict[str, Any]", interaction.data or {})
    found: dict[str, Any] = {}
    for part in data.get("components", []):
        inner: dict[str, Any] = part.get("component") or part.get("components", [{}])[0]
        if "custom_id" in inner:
            values = inner.get("values")
            found[inner["custom_id"]] = inner.get("value") if values is None else _plain(values)
    return found


def exact_words(words: Words, typed: object, limit: int, *, may_be_empty: bool = False) -> str:
    """What can be said in somebody's name: cleaned, checked, and kept and shown as it is.

    `limit` counts characters. Raises Refused.
    """
    cleaned = clean(typed if isinstance(typed, str) else "")
    if may_be_empty and not cleaned:
        return ""
    found = fault(cleaned, limit, exact_words=True)
    if found is not None:
        raise Refused(faults.fault(words, found, limit, exact_words=True))
    return cleaned


def typed_texts(interaction: Interaction) -> list[str]:
    """The texts of a form, as they can be shown again. Passphrases are never among them."""
    return _worth_keeping(
        value for name, value in form_values(interaction).items() if not name.startswith(PASSPHRASE)
    )


def typed_options(interaction: Interaction) -> list[str]:
    """The same of a command: what is typed into its options, and neither chosen nor suggested."""
    # By its pairs: a namespace has every attribute, `keys` too, and they are None.
    command, given = interaction.command, dict(iter(interaction.namespace))
    if not isinstance(command, app_commands.Command):
        return []
    return _worth_keeping(
        given.get(option.display_name)
        for option in command.parameters
        if not (option.choices or option.autocomplete)
    )


def _worth_keeping(values: Iterable[object]) -> list[str]:
    texts = [whole(value) for value in values if isinstance(value, str) and value.strip()]
    return texts if sum(map(len, texts)) >= _WORTH_KEEPING else []


def fits(*texts: str) -> bool:
    """Whether these can be shown together, quoted, on one card.

    Nothing gets shorter by quoting it, so of what is too long as it is, nothing is escaped.
    """
    return all(sum(map(len, each)) <= _PAGE_LIMIT for each in (texts, map(quoted, texts)))


def number(interaction: Interaction, key: str, most: int = _MOST) -> int:
    """A key that has to be a number. Raises Refused for a forged one."""
    if not (key.isascii() and key.isdigit()) or int(key) > most:
        raise not_found(interaction)
    return int(key)


def page_number(interaction: Interaction, key: str) -> int:
    """A key that has to be a page's number. Raises Refused for a forged one."""
    return number(interaction, key, _LAST_PAGE)


def chosen(interaction: Interaction) -> list[str]:
    """What was chosen in a menu."""
    return _plain(cast("dict[str, Any]", interaction.data or {}).get("values", []))


def _plain(values: list[str]) -> list[str]:
    """Values as our menus offer them. Anything else was forged and counts as not chosen."""
    return [value for value in values if value.isascii() and value.isprintable()]


# -- answering --------------------------------------------------------------------------------


async def acknowledge(interaction: Interaction) -> None:
    """Tell Discord, within its 3 seconds, that an answer follows.

    A control on a private card updates that card; everything else gets a new private answer.
    """
    begun = monotonic()
    try:
        if _updates(interaction):
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
    except discord.HTTPException as error:
        if not _was_ours(interaction, error, begun):
            raise
        interaction.extras[_OURS] = True
    except UNREACHED:
        interaction.extras[_UNHEARD] = True
        raise


def _updates(interaction: Interaction) -> bool:
    """Whether an answer takes the place of the card that somebody acted on.

    Never of one that gives back what they typed: there it stands, and nowhere else.
    """
    message = interaction.message
    return (
        message is not None
        and message.flags.ephemeral
        and not any(
            isinstance(part, discord.TextDisplay) and part.id == _GIVES_BACK
            for part in message.components
        )
    )


def _was_ours(interaction: Interaction, error: discord.HTTPException, begun: float) -> bool:
    """Whether what Discord has had already came from here, and only its answer was lost.

    discord.py waits for a second (`begun`: by the monotonic clock) before it tries again by itself.
    What is refused sooner came from another process on the same database, unless Discord said
    nothing to what was sent before.
    """
    if error.code != _ACKNOWLEDGED:
        return False
    return _UNHEARD in interaction.extras or monotonic() - begun >= _OWN_TRY


async def answer(
    interaction: Interaction, *parts: str | ui.Item[Any], files: Sequence[discord.File] = ()
) -> None:
    """Put the answer where `acknowledge` announced it, or beside it if that place is gone."""
    card, begun = Card(*parts), monotonic()
    if not (interaction.response.is_done() or _OURS in interaction.extras):
        try:
            await interaction.response.send_message(
                view=card, files=list(files), ephemeral=True, allowed_mentions=NOBODY
            )
            return
        except discord.HTTPException as error:
            if not _was_ours(interaction, error, begun):
                raise
            # Beside whatever stands there: that may be the only copy of what somebody wrote.
            await beside(interaction, card, files)
            return
    try:
        await interaction.edit_original_response(
            view=card, attachments=list(files), allowed_mentions=NOBODY
        )
    except UNREACHED:
        # Also where only Discord's answer was lost: twice told is better than not at all.
        await beside(interaction, card, files)


async def beside(interaction: Interaction, card: Card, files: Sequence[discord.File] = ()) -> None:
    """A message of its own, once it is acknowledged; tried twice, for no other way is left then."""
    for is_last in (False, True):
        for file in files:
            file.reset()
        try:
            await interaction.followup.send(
                view=card, files=list(files), ephemeral=True, allowed_mentions=NOBODY
            )
            return
        except UNREACHED:
            if is_last:
                raise


async def confirm(interaction: Interaction, question: str, yes: str, name: str, key: str) -> None:
    """Ask once more before something that cannot be undone."""
    words = words_for(interaction)
    await answer(
        interaction,
        question,
        row(
            button(yes, name, key, discord.ButtonStyle.danger),
            button(words("Never mind"), "never-mind"),
        ),
    )


async def fail(
    interaction: Interaction, error: BaseException, where: str, typed: Sequence[str] = ()
) -> None:
    """Answer for whatever went wrong: a refusal in its own words, anything else with a code.

    It stands beside the card that was acted on: that may hold the only copy of what somebody wrote,
    or say what the first of two presses did, and it is where one tries again.

    `typed` is what the person had written into a form, or into a command's options: it goes back to
    them, so that nothing has to be written twice.

    The log line under the code holds the kind of error and the places in the code, never its
    message: an error's message may carry what somebody wrote (design, section 6).
    """
    while error.__cause__ is not None and not isinstance(error, Refused):
        error = error.__cause__
    words = words_for(interaction)
    if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_INTERACTION:
        log.info("%s: Discord had given up waiting; nothing was done", where)
        return
    if isinstance(error, discord.HTTPException) and error.code == _ACKNOWLEDGED:
        log.info("%s: another process was faster; nothing was done", where)
        return
    sentence, *steps = explain(words, error, where)
    parts: list[str | ui.Item[Any]] = [sentence]
    files: list[discord.File] = []
    if typed:
        parts.append(ui.TextDisplay(words("This is what you wrote:"), id=_GIVES_BACK))
    if fits(str(sentence), *typed):
        parts += map(quoted, typed)
    else:
        data = io.BytesIO("\n\n".join(typed).encode())
        files.append(discord.File(data, "what-you-wrote.txt"))
        parts.append(ui.File("attachment://what-you-wrote.txt"))
    parts += steps
    acknowledged = interaction.response.is_done() or _OURS in interaction.extras
    try:
        if acknowledged and _updates(interaction):
            await beside(interaction, Card(*parts), files)
        else:
            await answer(interaction, *parts, files=files)
    except UNREACHED as problem:
        log.warning("%s: no way to answer: %s", where, trace(problem))


def explain(words: Words, error: BaseException, where: str) -> list[str | ui.Item[Any]]:
    """What to tell somebody about an error: a refusal as it is, anything else with a code."""
    if isinstance(error, Refused):
        return [error.text, *error.items]
    if isinstance(error, Busy):
        return [words(_BUSY)]
    if isinstance(error, discord.RateLimited):
        log.warning("%s: Discord wants a pause of %d seconds", where, error.retry_after)
        again = int(discord.utils.utcnow().timestamp() + error.retry_after) + 1
        return [
            words(
                "Discord wants me to slow down, so this is not done, or only a part of it. Please "
                "look, and try again {when}.",
                when=moment(again, "R"),
            )
        ]
    code = secrets.token_hex(4).upper()
    log.error("%s: reference %s: %s", where, code, trace(error))
    return [
        words(
            "Sorry, something went wrong on my side. I may have done only a part of it, so please "
            "look before you try again. If it stays like this, tell the people who run this bot "
            "the code {code}.",
            code=code,
        )
    ]


def dms_closed(error: BaseException) -> bool:
    """Whether this refusal of a DM lasts. Others pass, such as "too fast" (error codes, 40003)."""
    return isinstance(error, discord.HTTPException) and error.code in _DMS_CLOSED


def may_go_later(error: BaseException) -> bool:
    """Whether one of UNREACHED says nothing about the next try: it was too much, or no answer."""
    if isinstance(error, discord.HTTPException):
        return error.status == 429 or error.status >= 500
    return True


def trace(error: BaseException) -> str:
    """What kind of error, and where: without its message, which may hold people's words.

    A database's says which file it is about, and what the operator can do.
    """
    kind = type(error).__name__
    if (line := advice(error)) is not None:
        kind += f" ({line})"
    if isinstance(error, discord.HTTPException):
        kind += f" {error.status}/{error.code}"
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join([kind, *(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(frames))])


# -- controls ---------------------------------------------------------------------------------


class _Mark(NamedTuple):
    name: str
    opens_form: bool


def control(name: str, *, opens_form: bool = False) -> Callable[[Any], Any]:
    """Make a cog's method the handler of the buttons, menus and forms called `name`.

    It is acknowledged before it runs, unless it opens a form, which must be the first answer.
    """

    def decorate(method: Any) -> Any:
        method.__firsthand_control__ = _Mark(name, opens_form)
        return method

    return decorate


class Controls:
    """Finds the handler for each click, choice and submitted form."""

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[Handler, bool]] = {}
        self._later: list[Callable[[], object]] = []

    def add(self, owner: object) -> None:
        """Take over every method of `owner` that `control` marks."""
        for attribute in vars(type(owner)).values():
            mark = getattr(attribute, "__firsthand_control__", None)
            if mark is not None:
                if mark.name in self._handlers:
                    raise ValueError(f"two controls are called {mark.name}")
                self._handlers[mark.name] = (attribute.__get__(owner), mark.opens_form)

    def later(self, load: Callable[[], object]) -> None:
        """Have `load` add more, as soon as somebody uses a control that is not known yet."""
        self._later.append(load)

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        self.load()
        return frozenset(self._handlers)

    async def dispatch(self, interaction: Interaction) -> None:
        """Handle an interaction if it is a click, a choice or a form."""
        kinds = (discord.InteractionType.component, discord.InteractionType.modal_submit)
        if interaction.type not in kinds:
            return
        given = str(cast("dict[str, Any]", interaction.data or {}).get("custom_id", ""))
        match = _CUSTOM_ID.fullmatch(given)
        name = match["name"] if match else "?"
        try:
            if name not in self._handlers:
                self.load()
            handler, opens_form = self._handlers.get(name, (None, False))
            if not opens_form:
                await acknowledge(interaction)
            if handler is None or match is None:
                raise not_found(interaction)
            await handler(interaction, match["key"])
        except Exception as error:
            # Everything ends here, because discord.py would only log it and leave the person
            # with "interaction failed".
            form = interaction.type is discord.InteractionType.modal_submit
            typed = typed_texts(interaction) if form else []
            await fail(interaction, error, f"control {name}", typed)

    def load(self) -> None:
        """Have every family add its own now."""
        for load in self._later:
            load()
        self._later.clear()
