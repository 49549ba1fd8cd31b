"""The chains of forms that have rules in code, by the name that their forms say (``case`` in the settings): one line
each. A chain that is not here goes by the order of its steps alone."""

from __future__ import annotations

from typing import Final

from app.domain.subjects.case.chains.archive import ArchiveExport
from app.domain.subjects.case.chains.care import Care, CareCalls
from app.domain.subjects.case.chains.cash import Cash
from app.domain.subjects.case.chains.cleaning import Cleaning, Materials, SignIn
from app.domain.subjects.case.chains.decoration import Decoration
from app.domain.subjects.case.chains.events import Event, EventGuest, TrainingPlan
from app.domain.subjects.case.chains.fees import Fees
from app.domain.subjects.case.chains.goods import Goods, GoodsByCode, Visitor
from app.domain.subjects.case.chains.household import HouseholdChange
from app.domain.subjects.case.chains.meters import MeterMissed
from app.domain.subjects.case.chains.move_in import MoveIn
from app.domain.subjects.case.chains.notices import Posting
from app.domain.subjects.case.chains.rule import Chain, Lack
from app.domain.subjects.case.chains.services import Lost, Mail, Parking
from app.domain.subjects.case.chains.trouble import DoorTrouble

CHAINS: Final[dict[str, Chain]] = {
    one.name: one
    for one in (
        Decoration(),
        Goods(),
        GoodsByCode(),
        Visitor(),
        Fees(),
        Mail(),
        Lost(),
        Parking(),
        MoveIn(),
        HouseholdChange(),
        Posting(),
        Cleaning(),
        SignIn(),
        Materials(),
        Cash(),
        Event(),
        EventGuest(),
        TrainingPlan(),
        MeterMissed(),
        DoorTrouble(),
        Care(),
        CareCalls(),
        ArchiveExport(),
    )
}
_PLAIN: Final = Chain()


def chain_of(name: object) -> Chain:
    """Return the rules of a chain; those of one without rules where nobody wrote any."""
    return CHAINS.get(str(name or ""), _PLAIN)


__all__ = ["CHAINS", "Chain", "Lack", "chain_of"]
