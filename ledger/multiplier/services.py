"""Use cases of a study: begin, name who got the money, finish."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.words import ReasonTooShort, words
from cwb.places.rules import AreaPack
from ledger.multiplier import queries
from ledger.multiplier.errors import PlaceUnsaid, RecipientTwice, StudyEmpty, StudyFinished
from ledger.multiplier.models import Study, StudyRecipient
from ledger.multiplier.rules import VARIANT, Recipient, multiplier, said
from ledger.share.rules import Standing


def start_study(
    session: Session,
    *,
    title: str,
    asked: str,
    first: int,
    area: AreaPack,
    actor_id: int | None,
    at: datetime,
) -> Study:
    """Begin: what is studied, who is asked, and how much money it is (cents without VAT).

    Raises:
        StudyTextMissing, FirstRoundMissing.
    """
    multiplier(first, [])
    made = Study(
        title=said(title, "title", 200), asked=said(asked, "asked", 500), first_amount=first, variant=VARIANT,
        area_id=area.id, area_version=area.version, made_by_id=actor_id, created_at=at, recipients=[],
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _draft(session: Session, study: Study) -> None:
    session.execute(select(Study.id).where(Study.id == study.id).with_for_update())
    session.refresh(study, ["finished_at", "recipients"])
    if study.finished_at is not None:
        raise StudyFinished


def add_recipient(
    session: Session, *, study: Study, name: str, standing: Standing | None, amount: int, answer: int | None,
    kvk_number: str | None = None, reason: str = "", actor_id: int, at: datetime,
) -> None:  # fmt: skip
    """Name who got part of the money; `answer` in ten-thousandths, None for who was silent.

    Where that is, is what the register says of the KvK number; only else what is said (`standing`), with a reason.

    Raises:
        PlaceUnsaid, ReasonTooShort: no register says it.
        StudyFinished, RecipientTwice, AnswerInvalid, RoundTooLarge, FirstRoundMissing, StudyTextMissing.
    """
    _draft(session, study)
    called = said(name, "name", 200)
    if any(each.name == called for each in study.recipients):
        raise RecipientTwice(field="name")
    known = queries.register_place(session, kvk_number, local_date(at)) if kvk_number else None
    place, evidence_id = known or (standing, None)
    if place is None:
        raise PlaceUnsaid(field="standing")
    why = reason.strip()
    if known is None and place is not Standing.UNKNOWN:
        why = words(said(reason, "reason", 300) if why else "", "reason", short=ReasonTooShort)
    facts = Recipient(place, amount, answer)
    multiplier(study.first_amount, [*(each.facts for each in study.recipients), facts])
    study.recipients.append(
        StudyRecipient(
            name=called,
            standing=place,
            amount=amount,
            answer=answer,
            added_by_id=actor_id,
            kvk_number=kvk_number,
            evidence_id=evidence_id,
            reason="" if known else why[:300],
        )
    )
    session.flush()


def drop_recipient(session: Session, *, study: Study, recipient_id: int) -> None:
    """Take one off a draft."""
    _draft(session, study)
    for each in [one for one in study.recipients if one.id == recipient_id]:
        study.recipients.remove(each)
        session.delete(each)
    session.flush()


def finish_study(session: Session, *, study: Study, actor_id: int, at: datetime) -> None:
    """Make it public as it is, for good, as somebody who filled in nothing of it.

    Raises:
        StudyFinished, StudyEmpty, StudyOwn.
    """
    _draft(session, study)
    if not study.recipients:
        raise StudyEmpty
    study.finish(actor_id, at)
    session.flush()
    record(
        session, action="multiplier.finished", subject=f"study:{study.public_id}", actor_id=actor_id,
        facts={"variant": study.variant, "recipients": len(study.recipients)}, at=at,
    )  # fmt: skip
