"""Stating counts for reserved contracts."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from procurement.reserved.services import keep
from procurement.workplaces.models import WorkplaceCount
from procurement.workplaces.rules import CountFacts, check_count


def state_count(session: Session, *, facts: CountFacts, actor: Actor, at: datetime) -> WorkplaceCount:
    """Write down the count of the own organisation; from now on it stands in the place of an earlier one.

    Raises:
        Forbidden: no board of an organisation.
        NobodyCounted, TargetTooMany, CountDayInvalid, AimTooShort, ProofMissing, ProofDayInvalid: at the field.
    """
    check_count(facts, local_date(at))
    made = WorkplaceCount(
        counted_on=facts.counted_on, people=facts.people, target=facts.target, seconded=facts.seconded,
        aim=facts.aim.strip(), proof=facts.proof, proof_note=facts.proof_note.strip(), valid_until=facts.valid_until,
    )  # fmt: skip
    return keep(session, made, actor=actor, at=at)
