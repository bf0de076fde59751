"""Reading samples, and the lines a published figure rested on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from cwb.kernel.period import Period
from ledger.publication.models import Preparation, Publication
from ledger.samples.errors import SampleUnknown
from ledger.samples.models import Sample, SampleItem
from ledger.samples.rules import Line
from ledger.spend.models import SpendLine
from ledger.spend.rules import Kind

_AGAIN = aliased(SpendLine)


def population(session: Session, prepared: Preparation) -> list[Line]:
    """The third-party lines that counted in a period when a figure was prepared."""
    period = Period.parse(prepared.period)
    replaced = exists().where(
        _AGAIN.replaces_id == SpendLine.id, _AGAIN.kind == Kind.REVERSAL, _AGAIN.recorded_at <= prepared.at
    )
    found = session.execute(
        select(SpendLine.public_id, SpendLine.net_amount).where(
            SpendLine.period_on >= period.start, SpendLine.period_on < period.end, SpendLine.weight == 1,
            SpendLine.exclusion.is_(None), SpendLine.recorded_at <= prepared.at, ~replaced,
        )
    )  # fmt: skip
    return [Line(str(public_id), amount) for public_id, amount in found]


_ITEMS = selectinload(Sample.items).selectinload(SampleItem.findings)


def samples(session: Session, publication_id: int) -> Sequence[Sample]:
    """Every sample of a published figure with its findings, latest first."""
    return session.scalars(
        select(Sample).where(Sample.publication_id == publication_id).options(_ITEMS).order_by(Sample.id.desc())
    ).all()  # fmt: skip


def sample(session: Session, public_id: UUID) -> Sample:
    """One sample, with its figure, lines and findings.

    Raises:
        SampleUnknown: none.
    """
    lines = selectinload(Sample.items).joinedload(SampleItem.line)
    found = session.scalar(
        select(Sample)
        .where(Sample.public_id == public_id)
        .options(
            joinedload(Sample.publication).joinedload(Publication.preparation), joinedload(Sample.planned_by), _ITEMS,
            lines.joinedload(SpendLine.supplier), lines.joinedload(SpendLine.anchor),
        )
    )  # fmt: skip
    if found is None:
        raise SampleUnknown
    return found


def item(drawn: Sample, position: int) -> SampleItem:
    """A drawn line by its place.

    Raises:
        SampleUnknown: none.
    """
    found = next((each for each in drawn.items if each.position == position), None)
    if found is None:
        raise SampleUnknown
    return found


def line_ids(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """Keys of lines by their public ids."""
    found = session.execute(
        select(SpendLine.public_id, SpendLine.id).where(SpendLine.public_id.in_([UUID(key) for key in keys]))
    )
    return {str(public_id): line_id for public_id, line_id in found}
