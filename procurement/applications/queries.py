"""Reading applications: one's own; all of a tender only for its selection, after applying ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from procurement.applications.models import Application


def database_now(session: Session) -> datetime:
    """This instant by the database's clock: the one that decides when applying ends."""
    moment: datetime = session.execute(text("SELECT cwb_now()")).scalar_one()
    return moment


def find_own(session: Session, tender_id: int, organisation_id: int) -> Application | None:
    """The application of one organisation, withdrawn or not."""
    return session.scalars(
        select(Application).where(
            Application.tender_id == tender_id, Application.organisation_id == organisation_id
        )
    ).one_or_none()


def received(session: Session, tender_id: int) -> Sequence[Application]:
    """What was not withdrawn, by name. For the selection only, which asks first whether applying ended."""
    found = session.scalars(
        select(Application)
        .where(Application.tender_id == tender_id, Application.withdrawn_at.is_(None))
        .options(joinedload(Application.organisation))
    ).all()
    return sorted(found, key=lambda each: (each.organisation.search_name, each.id))
