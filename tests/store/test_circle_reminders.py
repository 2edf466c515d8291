"""Whatever happens to a circle: who is in it is reminded once of the time that holds, or never.

People join and leave, the circle moves and is cancelled, time passes, and now and then the bot
looks. A model that knows only the law says who is reminded when.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.reading.circle_rules import HOUR, REMINDS, News, State, reminds_now
from tests.store.houses import ANA, BETO, CARLA, House, Time, open_house
from tests.store.states import NOW, settings_in
from tests.store.test_circles import opened, sees, told
from tests.tiers import examples

PEOPLE = (BETO, CARLA)
_FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
Step = tuple[str, int]
STEPS = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("leave"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("pass"), st.integers(60, 5 * HOUR)),
    st.tuples(st.just("move"), st.integers(-6, 6).map(lambda half: half * 1800)),
    st.tuples(st.just("by hand"), st.integers(1, 6).map(lambda half: half * 1800)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("cancel"), st.just(0)),
)


class Model:
    """The law: who is still to be reminded of the time that holds."""

    def __init__(self, starts_at: int) -> None:
        self.starts_at = starts_at
        self.owed = {ANA: True}
        self.cancelled = False

    def ahead(self, now: int) -> bool:
        return not self.cancelled and now < self.starts_at

    def step(self, name: str, value: int, now: int) -> set[int]:
        """What a step changes; who is reminded in it."""
        early = now < self.starts_at - REMINDS
        if name == "join" and self.ahead(now):
            self.owed.setdefault(value, early)
        elif name == "leave":
            self.owed.pop(value, None)
        elif name in ("move", "by hand") and self.ahead(now):
            self.starts_at += value
            early = now < self.starts_at - REMINDS
            self.owed = dict.fromkeys(self.owed, early)
        elif name == "cancel" and self.ahead(now):
            self.cancelled = True
        elif name == "look" and self.ahead(now) and not early:
            called = {person for person, owed in self.owed.items() if owed}
            self.owed = dict.fromkeys(self.owed, False)
            return called
        return set()


async def live(house: House, steps: list[Step]) -> None:
    time = house.time
    circle = await opened(house, starts_at=NOW + 4 * HOUR)
    model, heard = Model(circle.starts_at), set[tuple[int, int]]()
    for name, value in steps:
        expected = model.step(name, value, time.now)
        now_is = await house.circles.get(circle.id)
        assert now_is is not None
        if name == "join":
            await house.circles.join(circle.id, value)
        elif name == "leave":
            await house.circles.leave(circle.id, value)
        elif name == "pass":
            time.now += value
        elif name == "move":
            moved = await house.circles.move(now_is, now_is.starts_at + value, CARLA)
            if moved is not None:
                await house.circles.event_is_at(moved)
        elif name == "by hand" and time.now < now_is.starts_at:
            await house.circles.moved_by_hand(now_is, now_is.starts_at + value)
        elif name == "cancel":
            await house.circles.cancel(circle.id)
        called = await look(house, circle.id) if name == "look" else set[int]()
        assert called == expected, (name, value)
        for person in called:
            assert (person, model.starts_at) not in heard, "reminded of one time twice"
            heard.add((person, model.starts_at))


async def look(house: House, circle_id: str) -> set[int]:
    """What the keeper does, and then the doorbell; who is reminded."""
    circle = await house.circles.get(circle_id)
    is_open = circle is not None and circle.state is State.OPEN
    if circle is not None and is_open and reminds_now(circle.starts_at, house.time.now):
        await house.circles.call(circle)
    called: set[int] = set()
    for each in await told(house):
        await sees(house, each)
        called |= {each.person_id} if each.what == News.SOON else set()
    return called


@settings(
    max_examples=examples(quick=25, full=80),
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,
)
@given(st.lists(STEPS, min_size=3, max_size=14))
@example([("join", BETO), ("pass", 3 * HOUR), ("look", 0), ("look", 0)])
@example([("join", BETO), ("leave", BETO), ("pass", 3 * HOUR), ("look", 0)])
@example([("join", BETO), ("pass", 3 * HOUR), ("cancel", 0), ("look", 0)])
@example([("pass", 3 * HOUR), ("join", BETO), ("look", 0)])
@example([("pass", 3 * HOUR), ("look", 0), ("move", 3 * HOUR), ("pass", 3 * HOUR), ("look", 0)])
@example([("join", BETO), ("pass", 4 * HOUR), ("look", 0)])
def test_everybody_is_reminded_once_of_the_time_that_holds(steps: list[Step]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory(dir=_FAST) as folder:
            async with open_house(settings_in(Path(folder) / "state"), Time()) as house:
                await live(house, steps)

    asyncio.run(run())
