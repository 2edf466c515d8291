"""Affinity groups: what they decide, and what is said in their name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.affinity.rules import Answer, Kind
from bot.replies import literal
from tests.wire import gathering as g
from tests.wire.flows.base import Step, flow, press, shows
from tests.wire.flows.groups import alone, paired
from tests.wire.stage import Stage
from tests.world import Person


def stands(kind: Kind, state: str) -> Callable[[Stage], Awaitable[bool]]:
    """There is one question of this kind, in this state, and its card tells it."""
    return lambda s: g.stands(s, kind, state)


@flow(stands(Kind.PROPOSAL, "open"), paired)
async def propose(s: Stage) -> AsyncIterator[Step]:
    form = await g.on_intro(s, s.ana, "group-propose")
    yield form
    if form.form is not None:
        yield await s.ana.fill(form, text=s.proposal)


async def ana_supports(s: Stage) -> None:
    await g.proposed(s)
    await g.says(s, s.ana, Answer.SUPPORT)


@flow(stands(Kind.PROPOSAL, "passed"), ana_supports)
async def support(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-support")


@flow(stands(Kind.PROPOSAL, "failed"), ana_supports)
async def block_it(s: Stage) -> AsyncIterator[Step]:
    form = await g.on_card(s, s.beto, "group-block")
    yield form
    if form.form is not None:
        yield await s.beto.fill(form, reason=s.reason)


def answered(person: str, answer: Answer) -> Callable[[Stage], Awaitable[bool]]:
    async def look(s: Stage) -> bool:
        who: Person = getattr(s, person)
        rows = await s.world.rows(f"SELECT answer FROM ballots WHERE person_id = {who.id}")
        return [row["answer"] for row in rows] == [answer]

    return look


@flow(answered("ana", Answer.ASIDE), ana_supports)
async def stand_aside_after_all(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.ana, "group-aside")


async def secretly_no(s: Stage) -> None:
    """Three are asked about Carla's knock; one says no, and may still change it."""
    await g.gather(s, s.beto, s.mara, listed=True)
    await g.asked(s, Kind.KNOCK, s.carla)
    await g.says(s, s.ana, Answer.NO)


async def said_yes_in_secret(s: Stage) -> bool:
    rows = await s.world.rows(
        f"SELECT * FROM ballots WHERE person_id = {s.ana.id} AND sealed IS NOT NULL"
    )
    view = await s.world.bot.questions.view(g.question(s), s.ana.id)
    return len(rows) == 1 and view is not None and view.mine is Answer.YES


@flow(said_yes_in_secret, secretly_no)
async def say_yes_after_all(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.ana, "group-yes")


async def has_thread(s: Stage) -> bool:
    rows = await g.questions(s, Kind.PROPOSAL)
    return [bool(row["thread_id"]) for row in rows] == [True]


@flow(has_thread, g.proposed)
async def ask_back(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-ask")


@flow(shows(lambda s: s.proposal), ana_supports)
async def read_a_decision(s: Stage) -> AsyncIterator[Step]:
    listing = await s.beto.slash("affinity decisions")
    yield listing
    for menu in listing.controls:
        if menu["custom_id"].startswith("firsthand:group-decision:"):
            yield await s.beto.choose(listing, g.question(s), id=menu["custom_id"])


# -- settings -----------------------------------------------------------------------------------


@flow(stands(Kind.SETTINGS, "open"), paired)
async def ask_for_a_setting(s: Stage) -> AsyncIterator[Step]:
    shown = await g.on_intro(s, s.ana, "group-settings")
    yield shown
    custom_id = f"firsthand:group-setting:{g.group_id(s)}.disappear_days"
    if custom_id in str(shown.controls):
        yield await s.ana.choose(shown, "7", id=custom_id)


async def new_name_asked(s: Stage) -> bool:
    return await g.stands(s, Kind.SETTINGS, "open")


@flow(new_name_asked, alone)
async def ask_for_a_name(s: Stage) -> AsyncIterator[Step]:
    shown = await s.ana.slash("affinity settings")
    yield shown
    if ":group-rename:" in str(shown.controls):
        form = await press(s.ana, shown, "group-rename")
        yield form
        if form.form is not None:
            yield await s.ana.fill(form, name=f"{s.marks['name']} house", purpose=s.purpose)


async def renaming_asked(s: Stage) -> None:
    await g.gather(s)
    await g.asked(s, Kind.SETTINGS, s.ana, settings={"name": f"{s.marks['name']} house"})


async def renamed(s: Stage) -> bool:
    channel = s.world.env.backend.get_channel((await g.circle(s)).channel.id)
    return channel.name == f"{s.marks['name']} house".lower().replace(" ", "-")


@flow(renamed, renaming_asked)
async def agree_on_a_name(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.ana, "group-support")


async def listing_asked(s: Stage) -> None:
    await g.gather(s)
    await g.asked(s, Kind.SETTINGS, s.ana, settings={"listed": True})


async def is_listed(s: Stage) -> bool:
    row = await g.group_row(s)
    return row is not None and bool(row["listed"])


@flow(is_listed, listing_asked)
async def agree_to_be_listed(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.ana, "group-support")


# -- in the group's name ------------------------------------------------------------------------


@flow(stands(Kind.SPOKE, "open"), g.three)
async def propose_a_spoke(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("affinity spoke", member=s.beto)
    yield form
    if form.form is not None:
        yield await s.ana.fill(form, words=s.chorus, place=s.audience, channel=[s.general])


async def nearly_a_spoke(s: Stage) -> None:
    await g.spoke_proposed(s)
    for person in (s.ana, g.dario(s)):
        await g.says(s, person, Answer.SUPPORT)


async def holds_the_yes(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT * FROM consents WHERE id = '{g.question(s)}'")
    return [row["state"] for row in rows] == ["live"] and await g.stands(s, Kind.SPOKE, "passed")


@flow(holds_the_yes, nearly_a_spoke)
async def become_a_spoke(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-support")


def chorus_stands(s: Stage) -> bool:
    posts = [each for each in s.public() if ":verify:" in str(g.ids_on(each))]
    return any(s.chorus in str(each.components) for each in posts)


@flow(chorus_stands, g.spoken_for)
async def speak_for_the_group(s: Stage) -> AsyncIterator[Step]:
    yield await s.beto.speaks(s.consent, at=s.general)


@flow(shows(lambda s: literal(s.group_name)), g.spoken_aloud)
async def verify_what_is_said_for_a_group(s: Stage) -> AsyncIterator[Step]:
    yield await s.carla.slash("consent verify", code=s.consent)


async def recalled(s: Stage) -> bool:
    return await s.state() == "withdrawn" and s.chorus not in s.said_aloud()


@flow(recalled, g.spoken_aloud)
async def recall(s: Stage) -> AsyncIterator[Step]:
    listing = await s.ana.slash("affinity decisions")
    yield listing
    menu = next((each for each in listing.controls if ":group-decision:" in str(each)), None)
    if menu is None:
        return
    one = await s.ana.choose(listing, s.consent, id=menu["custom_id"])
    yield one
    if ":recall:" in str(one.controls):
        yield await press(s.ana, one, "recall")
