"""Breaks the code on purpose, and says which changes no quick test noticed.

    python -m tests.mutants PATH... --draw N [--seed S]

Each change is made in a copy of the tree, where the quick tests that run its line look at it, those
that take least time first, until one fails; before them those that are too new to be known. Which
test runs which line is found out once, in one slow run of all of them, and kept in `.mutants/`;
delete that folder after large changes. Hours of patience are no part of CI.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

from tests.mutants.coverage_map import CHOSEN, FOLDER, Map
from tests.mutants.draw import Mutant, draw

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / ".mutants"
NOTICED, HUNG, SURVIVED = "noticed", "hung", "SURVIVED"
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".mutants", "state", "__pycache__", ".hypothesis", ".*_cache"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="files and folders to draw from")
    parser.add_argument("--draw", type=int, default=10, help="how many changes to try")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same changes")
    asked = parser.parse_args()
    paths = [path.resolve().relative_to(ROOT) for path in asked.paths]
    os.chdir(ROOT)
    if not KEPT.is_dir():
        _find_out()
    known = Map(KEPT)
    fresh = [test for test in _collected() if test not in known.seconds]
    drawn = draw(paths, asked.draw, asked.seed)
    results: Counter[str] = Counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutant, (result, by) in zip(
            drawn, pool.map(lambda each: look(each, known, fresh), drawn), strict=True
        ):
            results[result] += 1
            print(f"{mutant}\n  {result} {by}\n", flush=True)
    print(f"{len(drawn) - results[SURVIVED]} of {len(drawn)} noticed")


def look(mutant: Mutant, known: Map, fresh: list[str]) -> tuple[str, str]:
    """Let the tests look at one change; the result, and the test that noticed.

    `fresh` are those that nothing is known of.
    """
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
        (copy / mutant.file).write_bytes(mutant.applied())
        chosen = [*fresh, *known.tests(mutant)]
        list_of_them = Path(folder) / "chosen"
        list_of_them.write_text(json.dumps(chosen))
        try:
            done = _pytest(
                copy,
                *("-x", "-p", "no:cacheprovider"),
                *dict.fromkeys(each.partition("::")[0] for each in chosen),
                variables={CHOSEN: str(list_of_them)},
                # Long enough for a computer that does much else.
                timeout=300 + 10 * sum(known.seconds.get(each, 1) for each in chosen),
            )
        except subprocess.TimeoutExpired:
            return HUNG, ""
    if done.returncode == 0:
        return SURVIVED, f"{len(chosen)} tests that know the line"
    failed = re.findall(r"^(?:FAILED|ERROR) (tests/\S+)", done.stdout, re.MULTILINE)
    return NOTICED, f"by {failed[0]}" if failed else f"at once: {done.stdout[-300:]}{done.stderr}"


def _find_out() -> None:
    """One run of all quick tests, in a copy, that writes down what each of them runs."""
    print("Finding out which test runs which line; this takes a quarter of an hour.", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy, written = Path(folder) / "copy", Path(folder) / "written"
        shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
        written.mkdir()
        done = _pytest(copy, variables={FOLDER: str(written)}, processes=2)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}\nThe tests have to hold first.")
        Map.gather(written, KEPT)


def _collected() -> list[str]:
    """Every quick test there is."""
    done = _pytest(ROOT, "--collect-only")
    return [line for line in done.stdout.splitlines() if "::" in line]


def _pytest(
    where: Path,
    *options: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    processes: int = 0,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    plugin = ("-p", "tests.mutants.coverage_map")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", str(processes), *plugin, *options],
        cwd=where,
        # CI: Hypothesis tries the same examples each time.
        env={**os.environ, "CI": "true", **variables},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


if __name__ == "__main__":
    main()
