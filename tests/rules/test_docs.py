"""What the docs say of the code, where the code can tell: permissions, settings, files, links."""

from __future__ import annotations

import re
from pathlib import Path

import discord
import pytest

from bot.app import PERMISSIONS
from bot.problems import PERMISSION_NAMES

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: What Discord calls the permissions that the invite link asks for; in a category one of them has
#: another name.
IN_SERVERS = {key: name for key, name in PERMISSION_NAMES.items() if key != "manage_permissions"}
ASKED = [name for key, name in IN_SERVERS.items() if getattr(PERMISSIONS, key)]


def read(page: str) -> str:
    """A page as one would read it: where a line is broken does not matter."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def between(text: str, begin: str, end: str) -> str:
    """What stands between two texts that are both there."""
    assert begin in text, begin
    rest = text.partition(begin)[2]
    assert end in rest, end
    return rest.partition(end)[0]


def test_every_permission_that_is_asked_for_has_a_name() -> None:
    named = discord.Permissions(**dict.fromkeys(PERMISSION_NAMES, True))
    assert named == PERMISSIONS


def test_the_readme_lists_the_permissions_that_the_invite_link_asks_for() -> None:
    text = read("README.md")
    listed = between(text, f"It asks for {NUMBERS[len(ASKED)]} permissions and no more:", "You may")
    named = re.findall(r"(?:[A-Z][a-z]+ )+(?:in )?[A-Z][a-z]+", listed)
    assert sorted(named) == sorted(ASKED)


def test_the_operators_page_says_what_stops_without_each_permission() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    section = between(text, "## Permissions", "\n## ")
    named = [name for name in re.findall(r"^\| (.+?) \|", section, re.M) if name != "permission"]
    assert sorted(named) == sorted(ASKED)


def test_the_changelog_counts_as_many() -> None:
    assert f"{NUMBERS[len(ASKED)].capitalize()} permissions" in read("CHANGELOG.md")


def test_every_setting_is_explained_to_operators() -> None:
    code = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    settings = set(re.findall(r"\"((?:FIRSTHAND|DISCORD)_[A-Z_]+)\"", code))
    assert len(settings) > 5
    for page in (".env.example", "docs/operating.md"):
        named = set(re.findall(r"\b(?:FIRSTHAND|DISCORD)_[A-Z_]+\b", read(page)))
        assert named == settings, page


def anchors(page: Path) -> set[str]:
    """The headings of a page, as GitHub makes addresses of them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_or_heading_of_ours_leads_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text("utf-8"))
    dead = []
    for path, anchor in links:
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(f"{path}#{anchor}")
    assert dead == []


DEVELOPING = ROOT / "docs" / "developing.md"
PATH = re.compile(r"`((?:bot|cogs|data|tests|docs|requirements|\.ci)/[\w./*-]*)`")


def test_what_developers_are_pointed_to_is_there() -> None:
    found = PATH.findall(DEVELOPING.read_text(encoding="utf-8"))
    assert len(found) > 40
    assert [path for path in found if not list(ROOT.glob(path.rstrip("/")))] == []


def test_the_click_that_is_followed_goes_through_what_there_is() -> None:
    """In each row of that table, what is named beside a file stands in it."""
    section = between(DEVELOPING.read_text("utf-8"), "## One click, followed", "\n## ")
    rows = re.findall(r"^\| `(\S+)` \| (.+) \|$", section, re.M)
    assert len(rows) > 8
    for path, told in rows:
        text = (ROOT / path).read_text(encoding="utf-8")
        for name in re.findall(r"`([A-Za-z_.]+)`", told):
            assert all(re.search(rf"\b{part}\b", text) for part in name.split(".")), (path, name)
