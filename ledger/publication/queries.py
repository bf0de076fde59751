"""Reading what was prepared and published."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from ledger.figure.rules import as_measured
from ledger.publication.errors import PublicationUnknown
from ledger.publication.models import FigureComment, FigureStory, Preparation, Publication
from ledger.publication.rules import Stands

_KEPT: Kept[dict[str, Any]] = Kept(24)
_LATER = aliased(Preparation)

_OPEN = (
    ~exists().where(Publication.preparation_id == Preparation.id),
    ~exists().where(_LATER.period == Preparation.period, _LATER.id > Preparation.id),
)
"""SQL: a preparation that waits for its signature."""

tasks = Tasks(
    Waiting(
        N_("Bekijk en teken het cijfer van %(number)s"),
        "publication.prepared",
        {Role.PROGRAMME},
        rows(number=Preparation.period, key=Preparation.public_id).where(
            *_OPEN, Preparation.prepared_by_id != USER
        ),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Reageer op het cijfer van %(number)s"),
        "publication.prepared",
        {Role.PURCHASER},
        rows(number=Preparation.period, key=Preparation.public_id).where(
            *_OPEN,
            exists().where(Organisation.id == ORGANISATION, Organisation.anchor_type.is_not(None)),
            ~exists().where(
                FigureComment.preparation_id == Preparation.id, FigureComment.anchor_id == ORGANISATION
            ),
        ),
        {"public_id": "key"},
    ),
)


def waiting(session: Session) -> Sequence[Preparation]:
    """Preparations that wait for a signature, latest first."""
    return session.scalars(
        select(Preparation).where(*_OPEN).options(joinedload(Preparation.prepared_by)).order_by(Preparation.id.desc())
    ).all()  # fmt: skip


def published(session: Session, period: str = "") -> Sequence[Publication]:
    """Every published version, of one period or of all; latest first."""
    statement = (
        select(Publication).options(joinedload(Publication.preparation)).order_by(Publication.id.desc()).limit(400)
    )  # fmt: skip
    return session.scalars(statement.where(Publication.period == period) if period else statement).all()


def signed_periods(session: Session) -> frozenset[str]:
    """Every period of which a version was signed."""
    return frozenset(session.scalars(select(Publication.period).distinct()))


def find_latest(session: Session, period: str) -> Publication | None:
    """The version of a period that stands."""
    return session.scalar(
        select(Publication)
        .where(Publication.period == period)
        .options(joinedload(Publication.preparation))
        .order_by(Publication.version.desc())
        .limit(1)
    )


def find_newest_quarter(session: Session) -> Publication | None:
    """The version that stands of the latest quarter of which one was signed."""
    return session.scalar(
        select(Publication)
        .where(Publication.period.like("____-Q_"))
        .options(joinedload(Publication.preparation))
        .order_by(Publication.period.desc(), Publication.version.desc())
        .limit(1)
    )


def signed(session: Session, quarters: Iterable[str], at: datetime) -> dict[str, int]:
    """Of these quarters, and of their years, the version that stands where nothing of after `at` is in it."""
    asked = {part for each in quarters for part in (each, each[:4])}
    rows = session.execute(
        select(Publication.period, func.max(Publication.version))
        .join(Publication.preparation)
        .where(Publication.period.in_(asked))
        .group_by(Publication.period)
        .having(func.max(Preparation.at) < at)
        .order_by(Publication.period)
    )
    return {period: int(version) for period, version in rows}


def publication(session: Session, period: str, version: int) -> Publication:
    """One published version, with who made it.

    Raises:
        PublicationUnknown: none.
    """
    found = session.scalar(
        select(Publication)
        .join(Publication.preparation)
        .where(Publication.period == period, Publication.version == version)
        .options(
            contains_eager(Publication.preparation).joinedload(Preparation.prepared_by),
            joinedload(Publication.signed_by),
        )
    )
    if found is None:
        raise PublicationUnknown
    return found


def preparation(session: Session, public_id: UUID) -> Preparation:
    """One preparation, with its publication if it was signed.

    Raises:
        PublicationUnknown: none.
    """
    found = session.scalar(
        select(Preparation)
        .where(Preparation.public_id == public_id)
        .options(joinedload(Preparation.prepared_by), selectinload(Preparation.publication))
    )
    if found is None:
        raise PublicationUnknown
    return found


def find_later(session: Session, prepared: Preparation) -> Preparation | None:
    """The latest preparation of the same period that was made after this one."""
    return session.scalar(
        select(Preparation)
        .where(Preparation.period == prepared.period, Preparation.id > prepared.id)
        .order_by(Preparation.id.desc())
        .limit(1)
    )


def signed_text(session: Session, prepared_id: int) -> str:
    """The export, byte for byte as it was prepared."""
    return session.scalars(select(Preparation.document).where(Preparation.id == prepared_id)).one()


def document(session: Session, prepared: Preparation) -> dict[str, Any]:
    """The export as it was prepared. Do not change it."""
    return _KEPT.get(prepared.checksum, lambda: json.loads(signed_text(session, prepared.id)))


def documents(session: Session, found: Sequence[Publication]) -> list[dict[str, Any]]:
    """The exports of these versions, in their order, read in one go. Do not change them."""
    texts: dict[int, str] = {}

    def read(prepared_id: int) -> dict[str, Any]:
        if not texts:
            ids = [each.preparation_id for each in found]
            kept = select(Preparation.id, Preparation.document).where(Preparation.id.in_(ids))
            texts.update((int(key), document) for key, document in session.execute(kept))
        parsed: dict[str, Any] = json.loads(texts[prepared_id])
        return parsed

    return [_KEPT.get(each.preparation.checksum, partial(read, each.preparation_id)) for each in found]


def latest_of_quarters(session: Session, first: str, last: str) -> Sequence[Publication]:
    """Of each quarter from one to another ("2026-Q1") that was signed, the version that stands; earliest first."""
    return session.scalars(
        select(Publication)
        .where(Publication.period.between(first, last), Publication.period.like("____-Q_"))
        .ext(distinct_on(Publication.period))
        .options(joinedload(Publication.preparation))
        .order_by(Publication.period, Publication.version.desc())
    ).all()


def persons_changed(session: Session, period: str, since: datetime) -> frozenset[str]:
    """The buyers, by public id, of whom fewer than five suppliers changed in a period, with a sole trader among them.

    A supplier changed where a line of it was recorded after `since`, or evidence of its place.
    """
    return frozenset(session.scalars(select(func.figure_persons(period, since))))


def as_stands(session: Session, found: Publication | None) -> Stands | None:
    """A version that stands, as the next one names it."""
    if found is None:
        return None
    return Stands(found.version, found.preparation.hash, as_measured(document(session, found.preparation)))


class Said(NamedTuple):
    """The last word of each anchor on a figure, and its last word on what was prepared of that period before."""

    now: list[FigureComment]
    before: list[FigureComment]


def comments(session: Session, prepared: Preparation) -> Said:
    """What anchors said of a figure, in the order in which they said it."""
    every = session.scalars(
        select(FigureComment)
        .join(Preparation, Preparation.id == FigureComment.preparation_id)
        .where(Preparation.period == prepared.period, Preparation.id <= prepared.id)
        .options(joinedload(FigureComment.anchor))
        .order_by(FigureComment.id)
    )
    found = Said([], [])
    last = {(each.preparation_id == prepared.id, each.anchor_id): each for each in every}
    for (is_now, _), each in last.items():
        (found.now if is_now else found.before).append(each)
    return found


def find_story(session: Session, publication_id: int) -> FigureStory | None:
    """The story that stands beside a published figure."""
    return session.scalar(
        select(FigureStory).where(
            FigureStory.publication_id == publication_id, FigureStory.withdrawn_at.is_(None)
        )
    )
