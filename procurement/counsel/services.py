"""Answering a finding, and holding a draft until each has its answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from procurement.advice.rules import Law
from procurement.counsel import queries
from procurement.counsel.errors import CounselOpen
from procurement.counsel.gateway import patterns
from procurement.counsel.models import CounselAnswer
from procurement.counsel.rules import Finding
from procurement.tenders.models import Tender
from procurement.tenders.services import locked_draft, note_act


def answer_finding(
    session: Session, *, tender: Tender, fingerprint: str, answer: str, law: Law, user_id: int, at: datetime
) -> CounselAnswer:
    """Keep why a draft may go on with a finding. An approved review stays: the reviewer sees the answer as well.

    Raises:
        NotDraft: published or withdrawn.
        FindingUnknown: the text or the sum changed.
        AnswerMissing: no reason.
    """
    tender = locked_draft(session, tender, None)
    found = queries.finding(session, tender, law, patterns(), local_date(at), fingerprint)
    made = CounselAnswer(
        tender_id=tender.id, fingerprint=fingerprint, about=found.about.value, quote=found.quote, facts=_kept(found),
        answer=answer, answered_by_id=user_id, answered_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(
        session, "tender.counsel_answered", tender, user_id, at, about=found.about.value, fingerprint=fingerprint,
    )  # fmt: skip
    return made


def check_answered(session: Session, *, tender: Tender, law: Law, at: datetime) -> None:
    """Let a draft go on when each finding has its answer.

    Raises:
        CounselOpen: names how many do not.
    """
    given = queries.answers(session, tender.id)
    left = [
        each
        for each in queries.findings(session, tender, law, patterns(), local_date(at))
        if each.fingerprint not in given
    ]
    if left:
        raise CounselOpen(num=len(left))


def _kept(found: Finding) -> dict[str, object]:
    """What the answer was about, as JSON values."""
    return {
        "where": found.where,
        "text": found.text,
        "facts": {
            name: value.plain() if isinstance(value, Money) else value for name, value in found.facts.items()
        },
        "lines": [[each.number, each.told, each.value.plain(), each.on.isoformat()] for each in found.lines],
    }
