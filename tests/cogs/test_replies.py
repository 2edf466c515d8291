"""How the bot answers whatever happens: late, twice, refused, failed, and with what was typed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import example, given
from hypothesis import strategies as st
from simcord.backend.errors import BackendError
from simcord.http import router

from bot import replies
from bot.replies import (
    NOT_FOUND,
    Card,
    Controls,
    Form,
    Refused,
    answer,
    button,
    chosen,
    confirm,
    control,
    fits,
    form_values,
    literal,
    message_link,
    number,
    page_number,
    pager,
    quoted,
    row,
    typed_texts,
)
from bot.words import speak
from tests.journals import writes
from tests.markdown import KINDS, escaping, formatted, rendered
from tests.strategies import EMOJI, LINE_ENDS, LINKS, MENTIONS
from tests.wire import forge
from tests.wire.failing import refusing
from tests.world import Answer, Person, World, controls, texts

CODE = re.compile(r"the code ([0-9A-F]{8})\.")
PRESENT = "firsthand:tried:1"


class Trying:
    """Controls that do what a test wants of them."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.error: BaseException | None = None

    async def _do(self, interaction: Any, key: str) -> None:
        self.seen.append((key, chosen(interaction), form_values(interaction)))
        if self.error is not None:
            raise self.error
        await answer(interaction, "Done.")

    @control("tried")
    async def tried(self, interaction: Any, key: str) -> None:
        await self._do(interaction, key)

    @control("tried-form", opens_form=True)
    async def tried_form(self, interaction: Any, key: str) -> None:
        await self._do(interaction, key)

    @control("tried-page")
    async def tried_page(self, interaction: Any, key: str) -> None:
        await answer(interaction, f"{page_number(interaction, key)}")

    @control("tried-number")
    async def tried_number(self, interaction: Any, key: str) -> None:
        await answer(interaction, f"{number(interaction, key)}")

    @control("tried-question")
    async def tried_question(self, interaction: Any, key: str) -> None:
        await confirm(interaction, "Sure?", "Yes, do it", "tried", key)


@pytest.fixture
def trying(world: World) -> Trying:
    made = Trying()
    world.bot.controls.add(made)
    return made


@pytest.fixture
def info() -> Iterator[list[str]]:
    """What `bot.replies` logs from INFO on."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(f"{record.levelname} {record.getMessage()}")

    ear, log = Ear(), logging.getLogger("bot.replies")
    before = log.level
    log.addHandler(ear)
    log.setLevel(logging.INFO)
    yield said
    log.removeHandler(ear)
    log.setLevel(before)


async def press(person: Person, custom_id: str = PRESENT, **more: Any) -> Answer:
    return await forge.press(person, custom_id, at=person.world.general, **more)


# -- nothing is remembered ----------------------------------------------------------------------


async def test_a_hundred_cards_forms_rings_and_posts_leave_nothing_in_memory(world: World) -> None:
    """Only the database knows (design, section 5); every world looks when it ends, too."""
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await beto.asks(ana)  # a form, a card, a ring
    await ana.says_yes()
    await beto.speaks((await world.only_consent())["id"])  # a public post
    await mod.slash("rules edit")
    await ana.slash("affinity start", name="Owls", purpose="Soup")  # a notice with buttons
    await writes(ana)
    for _ in range(50):
        await ana.slash("consent ledger")
        await beto.slash("consent ask", member=mod)
    assert sum(len(controls(each.components)) for each in world.messages(world.general)) >= 1
    assert world.remembered() == []


# -- late, twice, lost --------------------------------------------------------------------------


async def test_what_discord_gave_up_on_is_done_by_nobody(
    world: World, trying: Trying, info: list[str]
) -> None:
    """10062: three seconds are over. Nothing was done, and nobody can be told."""
    ana = world.person("Ana")
    with refusing("POST", "callback", 10062, 404):
        await press(ana)
    assert trying.seen == []
    assert info == ["INFO control tried: Discord had given up waiting; nothing was done"]
    assert world.faults.drain() == []


@pytest.mark.parametrize(("status", "code"), [(404, 10015), (400, 50035), (500, 0)])
async def test_what_could_not_be_acknowledged_is_not_done(
    world: World, trying: Trying, status: int, code: int
) -> None:
    ana = world.person("Ana")
    with refusing("POST", "callback", code, status):
        await press(ana)
    assert trying.seen == []
    (logged,) = world.faults.drain()
    assert f"{status}/{code}" in logged


@pytest.fixture
def first_answer_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord takes the first answer and says 503; a second later discord.py hears 40060."""
    real, now = router.dispatch, [0.0]

    def dispatch(backend: Any, method: str, path: str, **how: Any) -> Any:
        taken = real(backend, method, path, **how)
        if path.endswith("/callback"):
            now[0] += 1
            raise BackendError(400, 40060, "already acknowledged")
        return taken

    monkeypatch.setattr(replies, "monotonic", lambda: now[0])
    monkeypatch.setattr(router, "dispatch", dispatch)


@pytest.mark.parametrize("name", ["tried", "tried-form"])
async def test_what_another_process_has_answered_is_left_to_it(
    world: World, trying: Trying, info: list[str], name: str
) -> None:
    """40060 at the first try: the loser apologised beside the right answer (60 of 60)."""
    ana = world.person("Ana")
    with refusing("POST", "callback", 40060, 400):
        shown = await press(ana, f"firsthand:{name}:1")
    assert shown.result.followups == []
    assert world.faults.drain() == []


@pytest.mark.usefixtures("first_answer_lost")
async def test_what_was_acknowledged_and_not_told_so_is_done(world: World, trying: Trying) -> None:
    shown = await press(world.person("Ana"))
    assert (shown.text, shown.private) == ("Done.", True)


@pytest.mark.usefixtures("first_answer_lost")
async def test_a_first_answer_that_was_taken_already_goes_beside(
    world: World, trying: Trying
) -> None:
    """It was acknowledged, and only that was lost. What stands there is left alone."""
    ana = world.person("Ana")
    trying.error = Refused("Not today.", row(button("Go on", "tried", "2")))
    shown = await press(ana, "firsthand:tried-form:1")
    assert shown.text == "Not today."
    assert shown.labels == ["Go on"]
    assert shown.private
    assert len(shown.result.followups) == 1


@pytest.mark.parametrize("code", [0, 50013])
async def test_a_first_answer_that_was_refused_otherwise_is_no_answer(
    world: World, trying: Trying, info: list[str], code: int
) -> None:
    ana = world.person("Ana")
    with refusing("POST", "callback", code, 403):
        await press(ana, "firsthand:tried-form:1")
    assert [each.split(":")[0] for each in info] == [
        "ERROR control tried-form",
        "WARNING control tried-form",
    ]
    world.faults.drain()


@pytest.mark.parametrize("status", [404, 500])
async def test_an_answer_whose_place_is_gone_stands_beside_it(
    world: World, trying: Trying, status: int
) -> None:
    ana = world.person("Ana")
    with refusing("PATCH", "@original", 10008, status):
        shown = await press(ana)
    assert (shown.text, shown.private) == ("Done.", True)


async def test_files_are_whole_also_in_the_second_try(world: World) -> None:
    """Discord had read the first one when it failed."""
    ana = world.person("Ana")
    await writes(ana, "A long evening.")
    real, failed = router.dispatch, list[str]()

    def dispatch(backend: Any, method: str, path: str, **how: Any) -> Any:
        if path.endswith("/@original") and method == "PATCH":
            failed.extend(file.filename for file in how["files"] if file.fp.read())
            raise BackendError(500, 0, "refused")
        return real(backend, method, path, **how)

    router.dispatch = dispatch
    try:
        exported = await ana.slash("privacy export")
    finally:
        router.dispatch = real
    assert failed == [*exported.files]
    (data,) = exported.files.values()
    assert b"A long evening." in data


async def test_a_first_answer_is_private(world: World, trying: Trying) -> None:
    trying.error = Refused("For you alone.")
    shown = await press(world.person("Ana"), "firsthand:tried-form:1")
    assert (shown.text, shown.private) == ("For you alone.", True)


async def test_where_nobody_can_be_told_it_is_logged_and_nothing_is_raised(
    world: World, trying: Trying, info: list[str]
) -> None:
    ana = world.person("Ana")
    trying.error = Refused("A secret of hers")
    with refusing("PATCH", "@original", 0, 500), refusing("POST", "1", 0, 500):
        real = discord.Webhook.send

        async def send(*_: Any, **__: Any) -> None:
            raise TimeoutError("A secret of hers")

        discord.Webhook.send = send  # type: ignore[method-assign,assignment]
        try:
            await press(ana)
        finally:
            discord.Webhook.send = real  # type: ignore[method-assign]
    (said,) = info
    assert said.startswith("WARNING control tried: no way to answer: TimeoutError < ")
    assert "secret" not in said


# -- errors -------------------------------------------------------------------------------------


async def test_an_error_is_told_with_a_code_and_logged_without_its_message(
    world: World, trying: Trying
) -> None:
    ana = world.person("Ana")
    trying.error = ValueError("what she wrote")
    shown = await press(ana)
    assert shown.private
    (code,) = CODE.findall(shown.text)
    (logged,) = world.faults.drain()
    assert logged.startswith(f"control tried: reference {code}: ValueError < _do (")
    assert "what she wrote" not in logged
    assert (await press(ana)).text != shown.text  # each has a code of its own
    world.faults.drain()


async def test_who_has_to_wait_for_discord_reads_until_when(
    world: World, trying: Trying, info: list[str]
) -> None:
    """A limit of more than half a minute is nobody's fault, and has no code."""
    ana = world.person("Ana")
    trying.error = discord.RateLimited(90)
    shown = await press(ana)
    again = int(world.env.now().timestamp()) + 91
    assert shown.private
    assert re.findall(r"try again <t:(\d+):R>", shown.text) in ([str(again)], [str(again - 1)])
    assert CODE.findall(shown.text) == []
    assert [each.partition(" ")[0] for each in info] == ["WARNING"]


async def test_what_an_error_comes_from_is_what_counts(world: World, trying: Trying) -> None:
    """A command wraps errors; a refusal stays one, wherever it was raised from."""
    ana = world.person("Ana")
    outer, inner = RuntimeError("outer"), KeyError("inner")
    inner.__cause__ = OSError("innermost")
    outer.__cause__ = inner
    trying.error = outer
    await press(ana)
    (logged,) = world.faults.drain()
    assert ": OSError" in logged
    outer.__cause__ = Refused("Come back tomorrow.")
    assert (await press(ana)).text == "Come back tomorrow."
    trying.error = Refused("That's over.")
    trying.error.__cause__ = OSError("why")
    assert (await press(ana)).text == "That's over."
    assert world.faults.drain() == []


async def test_a_refusal_has_its_next_step_and_nothing_else(world: World, trying: Trying) -> None:
    ana = world.person("Ana")
    trying.error = Refused("Not yet.", row(button("First this", "tried", "2")))
    shown = await press(ana)
    assert (shown.text, shown.labels) == ("Not yet.", ["First this"])
    trying.error = None
    assert (await ana.click(shown, "First this")).text == "Done."


async def test_only_clicks_choices_and_forms_are_controls(world: World, trying: Trying) -> None:
    ana = world.person("Ana")
    await ana.slash("help")
    assert trying.seen == []
    for id in ("firsthand:tried:" + "x" * 60, "firsthand:tried:", "firsthand:tried:a_b-c.D9"):
        assert (await press(ana, id)).text == "Done."
    for id in (
        *("firsthand:tried:" + "x" * 61, "firsthand:tried", "firsthand:tried:a:b", "tried:1"),
        *("firsthand:tried:é", "firsthand:tried:1\n", "xfirsthand:tried:1", "firsthand:nobody:1"),
        *("firsthand:Tried:1", "firsthand:tried-:1", "firsthand:tried:a b"),
    ):
        assert (await press(ana, id)).text == NOT_FOUND, id
    assert [key for key, *_ in trying.seen] == ["x" * 60, "", "a_b-c.D9"]


async def test_an_answer_to_a_private_card_stays_on_it(world: World, trying: Trying) -> None:
    ana = world.person("Ana")
    trying.error = Refused("A card.", row(button("Again", "tried", "2")))
    card = await press(ana)
    trying.error = None
    again = await ana.click(card, "Again")
    assert again.result.followups == []
    assert world.fresh(card.message).id == world.fresh(again.message).id
    assert card.text == "Done."
    question = await press(ana, "firsthand:tried-question:7")
    assert question.labels == ["Yes, do it", "Never mind"]
    assert [each["style"] for each in question.controls] == [4, 2]
    assert question.controls[0]["custom_id"] == "firsthand:tried:7"
    assert "Nothing was changed" in (await ana.click(question, "Never mind")).text


async def test_a_press_on_a_public_message_is_answered_beside_it(
    world: World, trying: Trying
) -> None:
    ana = world.person("Ana")
    card = Card("For all", row(button("Press", "tried", "1")))
    channel: Any = world.bot.get_channel(world.general.id)
    await channel.send(view=card)
    (standing,) = world.messages(world.general)
    pressed = await ana.click(standing, "Press")
    assert (pressed.text, pressed.private) == ("Done.", True)
    assert world.said(world.general).strip() == "For all"


def test_two_controls_of_one_name_are_a_mistake() -> None:
    found = Controls()
    found.add(Trying())
    with pytest.raises(ValueError, match="two controls are called"):
        found.add(Trying())
    assert found.names == {*("tried", "tried-form", "tried-page", "tried-number", "tried-question")}


# -- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("page", ["0", "9999", "007"], ["10000", "-1", "", "1.0", "٣", "1_0", "x", "99999999999"]),
        ("number", ["0", "9223372036854775807"], ["9223372036854775808", "-1", "", "²", "x"]),
    ],
)
async def test_a_key_that_is_a_number(
    world: World, trying: Trying, name: str, good: list[str], bad: list[str]
) -> None:
    ana = world.person("Ana")
    for key in good:
        assert (await press(ana, f"firsthand:tried-{name}:{key}")).text == str(int(key))
    for key in bad:
        assert (await press(ana, f"firsthand:tried-{name}:{key}")).text == NOT_FOUND, key


# -- what was typed -----------------------------------------------------------------------------


async def test_what_was_typed_comes_back_but_never_a_passphrase(
    world: World, trying: Trying
) -> None:
    ana = world.person("Ana")
    trying.error = Refused("Not like this.")
    shown = await forge.submit(
        ana,
        PRESENT,
        at=world.general,
        first="short",
        second="twelve chars",
        third="another text that is longer",
        passphrase="a passphrase that is long",
        **{"passphrase-again": "a passphrase that is long"},
        chosen=["a value that is long enough"],
    )
    assert shown.text.splitlines() == [
        "Not like this.",
        "This is what you wrote:",
        ">>> short",
        ">>> twelve chars",
        ">>> another text that is longer",
    ]
    shown = await forge.submit(ana, PRESENT, at=world.general, text="x" * 11, empty=" " * 9)
    assert shown.text == "Not like this."
    shown = await forge.submit(ana, PRESENT, at=world.general, name="Owls", purpose="Soup for all")
    assert shown.text.endswith(">>> Owls\n>>> Soup for all")
    shown = await forge.submit(ana, PRESENT, at=world.general, name="Kitchen", purpose="Soups")
    assert shown.text.endswith(">>> Kitchen\n>>> Soups")


async def test_a_refusal_leaves_the_card_that_it_answers(world: World, trying: Trying) -> None:
    """It stands below: from the card it can be tried again, and nothing on it was lost."""
    ana = world.person("Ana")
    question = await press(ana, "firsthand:tried-question:7")
    for error in (Refused("Not like this."), KeyError()):
        trying.error = error
        said = await ana.click(question, "Yes, do it")
        assert said.private
        assert said.labels == []
        assert question.labels == ["Yes, do it", "Never mind"]
    world.faults.drain()
    trying.error = None
    assert (await ana.click(question, "Yes, do it")).text == "Done."
    assert question.text == "Done."
    trying.error = Refused("That is over.")
    done = world.fresh(question.message)
    twice = await forge.press(ana, "firsthand:tried:7", at=world.general, on=done)
    assert twice.text == "That is over."
    assert question.text == "Done."


async def test_nothing_takes_the_place_of_what_was_typed(world: World, trying: Trying) -> None:
    """Whatever is pressed below it, and whatever comes of that."""
    ana = world.person("Ana")
    trying.error = Refused("Not like this.", row(button("First this", "tried", "2")))
    card = await forge.submit(ana, PRESENT, at=world.general, text="It took me an evening.")
    assert card.text.endswith(">>> It took me an evening.")
    before = card.text
    for error in (None, Refused("Not yet."), None):
        trying.error = error
        said = await ana.click(card, "First this")
        assert said.text == ("Not yet." if error else "Done.")
        assert said.private
        assert card.text == before


async def test_what_was_typed_into_a_command_comes_back_too(world: World) -> None:
    """And what was chosen or suggested does not: nobody has to write that again."""
    ana, name, purpose = world.person("Ana"), "Tenants of Elm Street", "*Soup* for everybody"
    role = world.guild.create_role("Librarians")
    await world.bot.governance.change(world.guild.id, "start_role", str(role.id), 1, 0)
    refused = await ana.slash("affinity start", name=name, purpose=purpose)
    assert refused.text.count("This is what you wrote:") == 1
    assert quoted(name) in refused.text
    assert quoted(purpose) in refused.text
    refused = await ana.slash("consent speak", consent="ABCD-EFGH-JKMN")
    assert "This is what you wrote:" not in refused.text


@pytest.mark.parametrize(("typed", "as_file"), [(3378, False), (3379, True)])
async def test_what_is_too_long_for_a_card_comes_back_as_a_file(
    world: World, trying: Trying, typed: int, as_file: bool
) -> None:
    """Whole, together with what else was typed; `>>> ` and why it was refused take some, too."""
    ana = world.person("Ana")
    trying.error = Refused("Not like this.")
    shown = await forge.submit(ana, PRESENT, at=world.general, text="x" * typed)
    assert shown.text.count("This is what you wrote:") == 1
    assert ("x" * typed in shown.text) is not as_file
    if as_file:
        assert shown.files == {"what-you-wrote.txt": b"x" * typed}
        more = await forge.submit(ana, PRESENT, at=world.general, one="x" * typed, two="y" * 20)
        assert more.files["what-you-wrote.txt"] == b"x" * typed + b"\n\n" + b"y" * 20


async def test_a_click_gives_back_nothing_though_it_carries_values(
    world: World, trying: Trying
) -> None:
    ana = world.person("Ana")
    trying.error = Refused("No.")
    shown = await forge.choose(ana, PRESENT, "a value that is long", at=world.general)
    assert shown.text == "No."


async def test_what_is_chosen_is_what_our_menus_could_offer(world: World, trying: Trying) -> None:
    ana = world.person("Ana")
    await forge.choose(ana, PRESENT, "good-1", "é", "two\nlines", "", "ok", at=world.general)
    await forge.submit(ana, PRESENT, at=world.general, text="typed é", menu=["1", "é", "2"])
    assert [each[1:] for each in trying.seen] == [
        (["good-1", "", "ok"], {}),
        ([], {"text": "typed é", "menu": ["1", "2"]}),
    ]


class Filled:
    """As much of an interaction as a form's reader looks at."""

    def __init__(self, *components: Any) -> None:
        self.data = {"components": [*components]}


def test_forms_of_older_clients_are_read_too() -> None:
    given: Any = Filled(
        {"component": {"custom_id": "new", "value": "a"}},
        {"components": [{"custom_id": "old", "value": "b"}]},
        {"component": {"custom_id": "menu", "values": []}},
        {"type": 10, "content": "a text without a field"},
    )
    assert form_values(given) == {"new": "a", "old": "b", "menu": []}
    broken: Any = Filled({"component": {"custom_id": "t", "value": "half an emoji \ud83d"}})
    assert typed_texts(broken) == ["half an emoji \ufffd"]
    nothing: Any = Filled()
    nothing.data = None
    assert form_values(nothing) == {}
    assert chosen(nothing) == []


# -- building -----------------------------------------------------------------------------------


async def test_a_card_leaves_out_what_is_empty() -> None:
    card = Card("one", "", "two", *pager(speak("en"), "p", 0, more=False))
    assert texts(card.to_components()) == ["one", "two"]
    assert len(card.to_components()) == 2
    (box,) = Card("one", "two", boxed=True).to_components()
    assert texts([box]) == ["one", "two"]
    assert Card("x").is_finished()
    assert Form("t", "n", "k", ui.Label(text="l", component=ui.TextInput())).is_finished()


@pytest.mark.parametrize(
    ("page", "more", "buttons"),
    [
        (0, False, []),
        (0, True, [("More", "p:1")]),
        (1, False, [("Back", "p:0")]),
        (7, True, [("Back", "p:6"), ("More", "p:8")]),
    ],
)
def test_pages_turn_where_there_are_some(
    page: int, more: bool, buttons: list[tuple[str, str]]
) -> None:
    found = controls(Card("x", *pager(speak("en"), "p", page, more=more)).to_components())
    assert [(e["label"], e["custom_id"].removeprefix("firsthand:")) for e in found] == buttons


@pytest.mark.parametrize(
    ("lines", "shown"), [([], ""), (["a"], "a"), (["a", "b"], "a\nb"), (["a", "b", "c"], "a\nb\n…")]
)
def test_an_ellipsis_says_that_there_is_more(lines: list[str], shown: str) -> None:
    assert replies.listed(lines, 2) == shown


def test_links_and_moments_are_discords_own() -> None:
    assert message_link(1, 2, 3) == "https://discord.com/channels/1/2/3"
    assert (replies.moment(5), replies.moment(5, "R")) == ("<t:5:f>", "<t:5:R>")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1. one", r"1\. one"),
        ("  12) two", r"  12\) two"),
        ("1.5 of it", "1.5 of it"),
        (":smile:", r"\:smile\:"),
        ("at 10:30, a:b:c: d", r"at 10\:30, a\:b\:c: d"),
        ("<@1> <#2>", r"\<@1> \<#2>"),
        ("*a* _b_ ~~c~~ `d` ||e||", r"\*a\* \_b\_ \~\~c\~\~ \`d\` \|\|e\|\|"),
        (">", r"\>"),
        ("# big", r"\# big"),
        ("- one\n  -# two\n+ three # - + >", "\\- one\n  \\-# two\n\\+ three # - + >"),
        ("<x:/||not||>", r"\<x\:/\|\|not\|\|>"),
        ("[||I do not||]()", r"\[\|\|I do not\|\|\]()"),
        ("steam://run/1", r"steam\://run/1"),
        ("@everyone, a@b.org", r"\@everyone, a@b.org"),
        ("C:\\", "C\\:\\\\"),
    ],
)
def test_words_are_shown_letter_by_letter(typed: str, shown: str) -> None:
    assert literal(typed) == shown
    assert quoted(typed) == ">>> " + shown
    assert fits("x" * 3396)
    assert not fits("x" * 3397)
    assert not fits("x" * 1697, "x" * 1696)


def test_what_cannot_fit_is_not_escaped_to_find_out() -> None:
    with escaping() as escaped:
        assert not fits("[](" * 20_000)
        assert not fits("x", "[](" * 20_000)
    assert escaped == []


#: What Discord makes something of, by the kind of it.
FORMATTING = {
    "heading": "# I do",
    "small print": "I do\n-# not",
    "list": "- I do",
    "counted list": "7. I do",
    "quote": "> I do",
    "line across": "---",
    "code": "`I do`",
    "bold": "**I do**",
    "slanted": "_I do_",
    "underlined": "__I do__",
    "struck": "~~not~~",
    "hidden": "||not||",
    "masked link": "[I do](https://example.org)",
    "link": "https://discord.com/channels/1/2",
    "link in brackets": "<https://example.org/||not||>",
    "address": "<ana@example.org>",
    "mention": "@everyone",
    "command": "</consent ask:1>",
    "place": "<id:customize>",
    "time": "<t:1:R>",
    "custom emoji": "<a:wave:1>",
    "emoji": ":x:",
}
_SIGNS = [*r"\`*_~|<>[]()#-+:@/.!&=", *" \tab1é", *LINE_ENDS, "12", "x:", ":+1:", "-#", ">>>"]
_HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(_SIGNS),
        st.sampled_from(_SIGNS),
        st.sampled_from([*FORMATTING.values(), *EMOJI]),
        MENTIONS,
        LINKS,
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize("kind", KINDS)
def test_what_discord_would_format_is_shown_to_the_letter(kind: str) -> None:
    typed = FORMATTING[kind]
    for text in (typed, f"I do\n  {typed}", f"I do\r{typed}", f"{typed}\n{typed}"):
        assert kind in formatted(text)
        assert rendered(literal(text)) == text


@given(typed=_HOSTILE)
@example(typed="<x:/||not||>")
@example(typed="[||I do not||]()")
@example(typed="[ **I do** _not_ ](x)")
@example(typed="\\" * 3 + "||not||")
@example(typed=":ok_hand::skin-tone-2:")
@example(typed="https://example.org/_a_||b||")
@example(typed="\n\u2003\t# big")
def test_no_text_is_formatted(typed: str) -> None:
    """And without the backslashes before signs it is what was typed, letter by letter."""
    shown = literal(typed)
    assert rendered(shown) == typed
    assert len(shown) <= 2 * len(typed)
    assert quoted(typed) == f">>> {shown}"
    assert rendered(f"{shown}: {shown}") == f"{typed}: {typed}"
