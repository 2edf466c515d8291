"""The locked packages: within the bounds, the same ones everywhere, each with its checksums."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FILES = ("bot", "postgres", "demo", "dev")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, tuple[Requirement, int]]:
    """What a file locks, and how many checksums each has."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    found: dict[str, tuple[Requirement, int]] = {}
    for line in lines:
        if line and not line.lstrip().startswith(("#", "--")):
            wanted, *sums = line.split(" --hash=sha256:")
            requirement = Requirement(wanted)
            found[canonicalize_name(requirement.name)] = requirement, len(sums)
    return found


def asked(*extras: str) -> Iterator[Requirement]:
    """What pyproject.toml asks for, with these extras."""
    for line in PROJECT["dependencies"]:
        yield Requirement(line)
    for extra in extras:
        for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
            if requirement.name == PROJECT["name"]:
                yield from asked(*requirement.extras)
            else:
                yield requirement


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_one_version_with_its_checksums(name: str) -> None:
    found = locked(name)
    assert len(found) > 20
    for requirement, checksums in found.values():
        assert re.fullmatch(r"==[^*]+", str(requirement.specifier)), requirement
        assert checksums >= 1, requirement


@pytest.mark.parametrize(
    ("name", "extras"),
    [("bot", ()), ("postgres", ("postgres",)), ("demo", ("demo",)), ("dev", ("dev",))],
)
def test_what_the_project_asks_for_is_locked_within_its_bounds(
    name: str, extras: tuple[str, ...]
) -> None:
    found = locked(name)
    for wanted in asked(*extras):
        (version,) = (each.version for each in found[canonicalize_name(wanted.name)][0].specifier)
        assert wanted.specifier.contains(version), f"{wanted}: requirements/renew"


@pytest.mark.parametrize("name", FILES[:-1])
def test_people_get_the_versions_that_were_tested(name: str) -> None:
    tested = locked("dev")
    for package, (requirement, _) in locked(name).items():
        assert requirement.specifier == tested[package][0].specifier


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_built_from_source_and_no_address_is_named(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "--only-binary :all:" in text
    assert "://" not in text
    assert " @ " not in text
    assert "index-url" not in text


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md", ".ci/run", "bot/__main__.py"])
def test_whoever_is_told_to_install_installs_what_is_locked(page: str) -> None:
    text = (ROOT / page).read_text()
    told = re.findall(r"pip install [^`\n]+", text)
    assert told or page == ".ci/run"
    assert [each for each in told if "--require-hashes" not in each] == []
