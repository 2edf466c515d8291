"""Proofreading `data/prompts.toml`: every fault at once, each with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.journal.prompts import TIPS
from bot.proof import Place, Proof
from bot.text import JOINT
from bot.words import LANGUAGES

#: Characters.
NAME_LIMIT = 40
TEXT_LIMIT = 300
QUESTION_LIMIT = 75
#: Characters of a name and a question in one line; Discord's suggestions end there.
LABEL_LIMIT = 100
FEWEST_PROMPTS = 8


def faults(path: Path) -> list[str]:
    """Everything that is wrong with such a file, as `path:line: fault`, in order of lines."""
    proof = Proof(path)
    if proof.data is not None:
        _file(proof, proof.data)
    return proof.told()


def _file(proof: Proof, data: dict[str, Any]) -> None:
    proof.keys((), data, "tip")
    tips = list(proof.tables(data, (), "tip"))
    for place, tip in tips:
        _tip(proof, place, tip)
    ids = [tip.get("id") for _, tip in tips]
    for missing in (each for each in TIPS if each not in ids):
        proof.fault((), f"the tip {missing!r} is missing")
    if sorted(map(str, ids)) == sorted(TIPS) and tuple(ids) != TIPS:
        proof.fault((), f"the tips have another order: {', '.join(TIPS)}")


def _tip(proof: Proof, place: Place, tip: dict[str, Any]) -> None:
    proof.keys(place, tip, "id", "name", "text", "prompts")
    proof.id(place, tip)
    if "id" in tip and tip["id"] not in TIPS:
        proof.fault((*place, "id"), f"there is no tip {tip['id']!r}, only {', '.join(TIPS)}")
    names = _texts(proof, place, tip, "name", NAME_LIMIT)
    _texts(proof, place, tip, "text", TEXT_LIMIT)
    prompts = list(proof.tables(tip, place, "prompts"))
    if len(prompts) < FEWEST_PROMPTS:
        proof.fault(place, f"too few questions: {len(prompts)}; {FEWEST_PROMPTS} at least")
    for where, prompt in prompts:
        proof.keys(where, prompt, "id", *LANGUAGES)
        proof.id(where, prompt)
        for language in (each for each in LANGUAGES if each in prompt):
            at = (*where, language)
            _question(proof, at, prompt[language], language, names.get(language, ""))


def _texts(proof: Proof, place: Place, tip: dict[str, Any], key: str, limit: int) -> dict[str, str]:
    """Check a text in every language; return those of a right length."""
    right: dict[str, str] = {}
    for language, text in proof.languages(place, tip, key).items():
        if proof.text((*place, key, language), text, limit):
            proof.once((*place, key, language), language, text)
            if len(text) <= limit:
                right[language] = text
    return right


def _question(proof: Proof, place: Place, text: object, language: str, name: str) -> None:
    if not proof.question(place, text, language, QUESTION_LIMIT):
        return
    proof.once(place, language, str(text))
    length = len(f"{name}{JOINT}{text}")
    if len(str(text)) <= QUESTION_LIMIT and length > LABEL_LIMIT:
        proof.fault(
            place, f"{length} characters together with the tip's name; {LABEL_LIMIT} at most"
        )
