"""How well noticing judges, and how its work grows with a text's length.

The tables are printed by part, language and kind, and never a text. Of 4,000 characters and of half
of them the called functions are counted: in proportion it is twice as many. The ratio of times is
printed beside; it also shows what grows inside a regular expression.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable

import pytest

from bot.noticing.detector import notice
from bot.noticing.patterns import KEYWORD_REGEXES
from tests.bench.counting import before, calls
from tests.noticing import Case, Table, labelled

pytestmark = pytest.mark.bench

PARTS = ("known", "later", "held", "unseen")
LENGTH = 4000
#: In proportion it is 2; what grows with the square of the length is 4.
MOST = 2.5
HOSTILE = {
    "mentions": "<@1> ",
    "lines": "<@1>\n",
    "a row": "<@1>, ",
    "questions": "¿<@1> ",
    "quotation marks": "<@1>\" “ « ' ",
    "backticks": "<@1> `a``b```",
    "brackets": "<@1> (((",
    "links": "<@1>https://a.b ",
    "addresses": "<@1> a.b-c+d@e-f.",
    "conjunctions": "<@1> and y e but ",
    "pronouns": "<@1> they she he we ",
    "clitics": "<@1> no le se la ",
    "auxiliaries": "<@1> is not being so very ",
    "almost in their name": "<@1> speaking on behalf of the all of ",
    "almost an effect": "<@1> is really very important to the ",
    "almost relayed": "<@1> said that que no le ",
    "claims": "i think <@1> would rather not. ",
    "one long word": "a@",
    "blockquotes": "<@1>\n>>",
}


def test_how_noticing_judges(capsys: pytest.CaptureFixture[str]) -> None:
    expressions = [re.compile(each, re.IGNORECASE) for each in KEYWORD_REGEXES]
    whole: dict[str, Table] = {}
    with capsys.disabled():
        for part in PARTS:
            cases = labelled(part)
            print(f"\n{part}: {len(cases)} texts")
            print(f"  {'':<28}{'right':>7}{'false':>7}{'missed':>7}{'quiet':>7}{'P':>7}{'R':>7}")
            for by in ("all", "lang", "kind"):
                for name, table in tables(cases, by).items():
                    show(name, table)
            whole[part] = tables(cases, "all")["all"]
            hold = Table()
            for case in cases:
                hold = hold.add(case, any(each.search(case.text) for each in expressions))
            show("AutoMod's expressions", hold)
    assert all(table.precision >= 0.95 for table in whole.values())
    assert all(table.recall >= 0.85 for table in whole.values())


def tables(cases: list[Case], by: str) -> dict[str, Table]:
    found: defaultdict[str, Table] = defaultdict(Table)
    for case in cases:
        name = getattr(case, by, by)
        found[name] = found[name].add(case, notice(case.text).speaks_for)
    return dict(sorted(found.items()))


def show(name: str, table: Table) -> None:
    claims, noticed = table.right + table.missed, table.right + table.false_alarms
    print(
        f"  {name:<28}{table.right:>7}{table.false_alarms:>7}{table.missed:>7}{table.quiet:>7}"
        f"{f'{table.precision:.3f}' if noticed else '–':>7}"
        f"{f'{table.recall:.3f}' if claims else '–':>7}"
    )


def test_its_work_is_in_proportion_to_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    texts = {name: (piece * LENGTH)[: LENGTH - 4] + "<@1>" for name, piece in HOSTILE.items()}
    plain = work(lambda: notice("a message without anybody in it. " * (LENGTH // 33)))
    ratios: dict[str, float] = {}
    with capsys.disabled():
        print(
            f"\n{LENGTH:,} characters to {LENGTH // 2:,}: calls, CPU; and to one without a mention"
        )
        for name, text in texts.items():
            half = text[LENGTH // 2 :]
            found = calls(lambda t=text: notice(t))
            ratios[name] = found / calls(lambda t=half: notice(t))
            long, short = work(lambda t=text: notice(t)), work(lambda t=half: notice(t))
            print(
                f"  {name:<24}{found:>7,} calls × {ratios[name]:.2f} (before: "
                f"{before(f'noticing, {name}', found):,}), {long * 1e3:.2f} ms × {long / short:.2f}"
                f"  × {long / plain:,.0f}"
            )
    assert {name: ratio for name, ratio in ratios.items() if ratio > MOST} == {}


def work(act: Callable[[], object]) -> float:
    """The least CPU time of several runs, in seconds."""
    least = float("inf")
    for _ in range(3):
        begun = time.process_time()
        act()
        least = min(least, time.process_time() - begun)
    return least
