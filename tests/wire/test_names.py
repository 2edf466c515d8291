"""Names are shown to the letter, to every command in a DM; for every flow: test_languages.py."""

from __future__ import annotations

import pytest

from bot.replies import literal
from tests.wire.naming import Ear, names_on, not_to_the_letter, otherwise_shown
from tests.wire.test_every_command import USES, Kind, Setting, commands_of
from tests.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]


async def test_a_name_is_known_however_it_is_escaped() -> None:
    name = "_gen_eral_ *12*"
    assert not otherwise_shown(f"In **{literal(name)}**, {literal(name)}", name)
    assert otherwise_shown(f"In {name}", name)
    assert otherwise_shown(f"In {literal(name)} and {name}", name)
    assert otherwise_shown(f"In {literal(literal(name))}", name)
    assert otherwise_shown(f"In {name.replace('_', chr(92) + '_')}", name)


async def test_names_in_a_dm_are_shown_to_the_letter(shared: World) -> None:
    """Where a line is about one server of several, it says which."""
    setting = Setting(shared, Kind.DM)
    await setting.prepare()
    wrong: list[str] = []
    seen = ""
    with Ear(shared).listening() as ear:
        for name in sorted(commands_of(shared.bot)):
            if setting.kind not in USES[name].absent:
                ear.begin(f"/{name}")
                await USES[name].call(setting)
                wrong += not_to_the_letter(setting.stage, ear.said)
                seen += "".join(each.text for each in ear.said)
    assert not wrong, "\n\n".join(wrong)
    assert literal(names_on(setting.stage)[0]) in seen, "no server is named"
