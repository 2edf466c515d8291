"""How the controls of affinity groups are reached."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from bot.affinity.rules import Kind
from cogs.affinity.off_list import NOT_LISTED
from tests.wire import gathering as g
from tests.wire.flows import groups
from tests.wire.reach import By, For, Key, Reach
from tests.wire.stage import Stage


def group(stage: Stage) -> str:
    return stage.memory.get("group", "X")


def asked(stage: Stage) -> str:
    return stage.memory.get("question", "X")


def about(stage: Stage) -> str:
    """A group and somebody in it."""
    return f"{group(stage)}.{stage.carla.id}"


def spoke(stage: Stage) -> str:
    return f"{group(stage)}.{stage.beto.id}"


def with_(ending: str) -> Key:
    return lambda stage: f"{group(stage)}.{ending}"


def in_three_days(stage: Stage) -> str:
    with stage.world.env.time_context():
        return str((stage.world.env.now() + datetime.timedelta(days=3)).date())


async def knock_open(stage: Stage) -> None:
    """Carla knocks, and nobody has answered."""
    await g.gather(stage, stage.beto, listed=True)
    await g.asked(stage, Kind.KNOCK, stage.carla)


_CHORUS = {
    "words": lambda s: s.chorus,
    "place": lambda s: s.audience,
    "channel": lambda s: [str(s.general.id)],
    "days": ["7"],
}
_NAMES = {"name": "Early birds", "purpose": "Bread"}
GROUP_CONTROLS: Mapping[str, Reach] = {
    "group-support": Reach(For.MEMBERS, asked, g.proposed),
    "group-aside": Reach(For.MEMBERS, asked, g.proposed),
    "group-block": Reach(For.MEMBERS, asked, g.proposed),
    "group-blocked": Reach(
        For.MEMBERS, asked, g.proposed, By.FORM, fields={"reason": lambda s: s.reason}
    ),
    "group-ask": Reach(For.MEMBERS, asked, g.proposed),
    "group-yes": Reach(For.MEMBERS, asked, knock_open),
    "group-no": Reach(For.MEMBERS, asked, knock_open),
    "group-propose": Reach(For.MEMBERS, group, groups.paired),
    "group-proposed": Reach(
        For.MEMBERS,
        group,
        groups.paired,
        By.FORM,
        fields={"text": lambda s: s.proposal, "hours": ["24"]},
    ),
    "group-spoke": Reach(For.MEMBERS, spoke, g.three, By.FORM, fields=_CHORUS),
    "recall": Reach(For.MEMBERS, lambda s: s.memory.get("consent", "X"), g.spoken_aloud),
    "group-close": Reach(For.MEMBERS, group, groups.paired),
    "group-part": Reach(For.MEMBERS, about, groups.three),
    "group-decisions": Reach(For.MEMBERS, with_("0"), g.proposed),
    "group-decision": Reach(For.MEMBERS, lambda s: "", g.proposed, By.MENU, values=(asked,)),
    "group-settings": Reach(For.MEMBERS, group, groups.paired),
    "group-setting": Reach(
        For.MEMBERS, with_("listed"), groups.paired, By.MENU, values=(lambda s: "yes",)
    ),
    "group-rename": Reach(For.MEMBERS, group, groups.paired),
    "group-renamed": Reach(For.MEMBERS, group, groups.paired, By.FORM, fields=_NAMES),
    "group-invite": Reach(For.MEMBERS, group, groups.paired),
    "group-invited": Reach(
        For.MEMBERS, group, groups.paired, By.MENU, values=(lambda s: str(s.carla.id),)
    ),
    "group-members": Reach(For.MEMBERS, group, groups.paired),
    "group-away": Reach(For.MEMBERS, group, groups.paired),
    "group-away-until": Reach(For.MEMBERS, group, groups.paired, By.MENU, values=(in_three_days,)),
    "group-leave": Reach(For.MEMBERS, group, groups.paired),
    "group-left": Reach(For.MEMBERS, group, groups.paired, person="beto"),
    "group-reopen": Reach(For.MEMBERS, group, g.lost),
    "group-accept": Reach(For.ONE, asked, g.invited, person="carla"),
    "group-decline": Reach(For.ONE, asked, g.invited, person="carla"),
    "group-never": Reach(For.ONE, asked, g.invited, person="carla"),
    "group-list": Reach(For.ALL, lambda s: "0", groups.listed, person="carla"),
    "group-off-list": Reach(
        For.MODERATORS,
        lambda s: "",
        groups.listed,
        By.MENU,
        person="mara",
        values=(group,),
        unknown=NOT_LISTED,
    ),
    "group-off-list-now": Reach(
        For.MODERATORS, group, groups.listed, person="mara", unknown=NOT_LISTED
    ),
    "group-knock": Reach(
        For.ALL, lambda s: "", groups.listed, By.MENU, person="carla", values=(group,)
    ),
    "group-knocked": Reach(
        For.ALL, group, groups.listed, By.FORM, person="carla", fields={"hello": lambda s: s.hello}
    ),
}
