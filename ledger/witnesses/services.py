"""Use cases of what was seen: say it, and see it as a second person."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import programme_people
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from ledger.suppliers.models import Supplier
from ledger.witnesses import queries, rules
from ledger.witnesses.models import Sighting
from ledger.witnesses.rules import About


def say(
    session: Session, *, about: About, title: str, facts: Mapping[str, str], supplier: Supplier | None = None,
    actor_id: int, at: datetime,
) -> Sighting:  # fmt: skip
    """Keep what somebody saw of a supplier's place. It counts for nothing until a second person saw it too."""
    made = Sighting(
        about=about.value, supplier_id=None if supplier is None else supplier.id, title=title[:200], facts=dict(facts),
        said_by_id=actor_id, said_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="supplier.seen", subject=f"supplier_sighting:{made.public_id}", actor_id=actor_id,
        facts={"about": about.value}, at=at,
    )  # fmt: skip
    mail_each(
        session, [each for each in programme_people(session) if each.id != actor_id],
        subject=N_("Kijk na waar %(title)s zit"),
        text=N_("Een collega zag bewijs van de plaats van %(title)s. Het telt pas als u het ook zag."),
        facts={"title": made.title}, link=f"/spend/witnesses/{made.public_id}", at=at, key=f"sighting-{made.id}",
    )  # fmt: skip
    return made


def answer(
    session: Session, *, public_id: UUID, holds: bool, note: str, prove: Callable[[Session, Sighting], object],
    actor_id: int, at: datetime,
) -> Sighting:  # fmt: skip
    """Say as the second person whether one saw the same. If so, `prove` adds the evidence in the same act.

    Raises:
        OwnSighting: who said it. SightingAnswered: a colleague was first. NoteTooShort: at the field.
        CheckerInvolved, and what adding the evidence raises: nothing is answered.
    """
    found = queries.sighting(session, public_id, lock=True)
    found.note = rules.check_answer(
        said_by_id=found.said_by_id, answered=found.answered_at is not None, actor_id=actor_id, note=note
    )
    found.holds, found.answered_by_id, found.answered_at = holds, actor_id, at
    session.flush()
    if holds:
        prove(session, found)
    record(
        session, action="supplier.seen_twice" if holds else "supplier.not_seen",
        subject=f"supplier_sighting:{found.public_id}", actor_id=actor_id, facts={"about": found.about}, at=at,
    )  # fmt: skip
    return found
