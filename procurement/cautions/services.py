"""Confirming a relative method, and holding a draft until somebody did."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.money import Money
from procurement.cautions import errors, queries, rules
from procurement.cautions.models import MethodCaution
from procurement.methods.rules import scoring_of
from procurement.simulation.rules import play
from procurement.stress.rules import setup_of
from procurement.tenders.models import Tender
from procurement.tenders.services import locked_draft, note_act


def confirm_method(
    session: Session, *, tender: Tender, digest: str, seed: int, is_understood: bool, user_id: int, at: datetime
) -> MethodCaution:  # fmt: skip
    """Keep who confirmed a relative method, when, and what the test with this seed showed over all lots.

    An approved review stays: nothing in the draft changes.

    Raises:
        NotDraft: published or withdrawn.
        NothingToConfirm: the method needs none.
        CautionUnread: not said to be understood.
        ScoringChanged: `digest` is that of another scoring than stands there now.
        NothingToTest, PricesTurned: no prices to play with.
    """
    tender = locked_draft(session, tender, None)
    found = queries.scorings(tender)
    if not rules.is_needed(found):
        raise errors.NothingToConfirm
    if not is_understood:
        raise errors.CautionUnread(field="is_understood")
    if digest != rules.digest_of(found):
        raise errors.ScoringChanged
    rounds = changed = 0
    for lot in tender.lots:
        minor = lot.value_minor or tender.value_minor
        setup = setup_of(scoring_of(tender, lot), None if minor is None else Money(minor), seed)
        played = play(setup)
        rounds, changed = rounds + played.rounds, changed + played.changed
    made = MethodCaution(
        tender_id=tender.id, scoring_digest=digest, rounds=rounds, changed=changed, confirmed_by_id=user_id,
        confirmed_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(
        session, "tender.method_confirmed", tender, user_id, at, scoring=digest, rounds=rounds, changed=changed,
        seed=seed,
    )  # fmt: skip
    return made


def check_confirmed(session: Session, tender: Tender) -> None:
    """Let a draft go on when its scoring needs no confirmation, or has it.

    Raises:
        MethodUnconfirmed: it has not.
    """
    if queries.is_open(session, tender):
        raise errors.MethodUnconfirmed
