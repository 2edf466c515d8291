"""Every flow people go through, once, for all sweeps of this folder.

A flow is what somebody does (`act`, an async generator that yields each answer), what came before
(`prepare`), and how to see that it had its effect (`done`). The sweeps run every flow with failing
calls, restarts, marked words and other languages: a new flow joins them by standing here.
"""

from tests.wire.flows import (
    circles,
    curating,
    deciding,
    groups,
    journal,
    keeping,
    letters,
    noticing,
    passphrases,
    reading,
    reminding,
    sharing,
)
from tests.wire.flows.asking import asked, asked_and_rung, edited, with_news
from tests.wire.flows.base import FLOWS, Flow, nothing, press, read_first
from tests.wire.flows.ledger import agreed, aloud, take_back, with_an_objection
from tests.wire.flows.server import allow_dms, announcing, change_a_choice

__all__ = [
    "FLOWS",
    "Flow",
    "agreed",
    "allow_dms",
    "aloud",
    "announcing",
    "asked",
    "asked_and_rung",
    "change_a_choice",
    "circles",
    "curating",
    "deciding",
    "edited",
    "groups",
    "journal",
    "keeping",
    "letters",
    "nothing",
    "noticing",
    "passphrases",
    "press",
    "read_first",
    "reading",
    "reminding",
    "sharing",
    "take_back",
    "with_an_objection",
    "with_news",
]
