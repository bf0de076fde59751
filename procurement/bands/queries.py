"""Reading own bands, and the law with them handed in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from procurement.advice.rules import Band, Kind, Law
from procurement.bands.errors import BandNotFound
from procurement.bands.models import OwnBand


def bands(session: Session, organisation_id: int) -> Sequence[OwnBand]:
    """All bands of an organisation, the newest day first, with who entered and confirmed them."""
    return session.scalars(
        select(OwnBand)
        .where(OwnBand.organisation_id == organisation_id)
        .options(joinedload(OwnBand.entered_by), joinedload(OwnBand.confirmed_by))
        .order_by(OwnBand.kind, OwnBand.valid_from.desc(), OwnBand.id.desc())
    ).all()


def every_band() -> Select[OwnBand]:
    """The bands of every organisation, by its name and the newest day first, with who entered and confirmed them."""
    return (
        select(OwnBand)
        .join(OwnBand.organisation)
        .options(
            contains_eager(OwnBand.organisation),
            joinedload(OwnBand.entered_by),
            joinedload(OwnBand.confirmed_by),
        )
        .order_by(Organisation.search_name, OwnBand.kind, OwnBand.valid_from.desc(), OwnBand.id.desc())
    )


def band(session: Session, public_id: UUID, organisation_id: int | None) -> OwnBand:
    """One of them, locked.

    Raises:
        BandNotFound: none of this organisation.
    """
    found = session.scalars(
        select(OwnBand)
        .where(OwnBand.public_id == public_id, OwnBand.organisation_id == organisation_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise BandNotFound
    return found


def own_law(session: Session, law: Law, buyer: Organisation, on: date) -> Law:
    """The law for a buyer on a day: its own confirmed bands stand before those of the area."""
    found = session.scalars(
        select(OwnBand)
        .where(
            OwnBand.organisation_id == buyer.id, OwnBand.confirmed_at.is_not(None), OwnBand.valid_from <= on
        )
        .order_by(OwnBand.valid_from.desc())
    ).all()
    own = tuple(
        Band(
            anchors=(buyer.anchor_type or "company",), kind=Kind(each.kind), valid_from=each.valid_from,
            single_below=Money(each.single_below_minor), source=each.source, certainty="sure",
            invited_below=None if each.invited_below_minor is None else Money(each.invited_below_minor),
        )
        for each in found
    )  # fmt: skip
    return replace(law, bands=(*own, *law.bands)) if own else law


def _waiting(text: str, of_kind: ColumnElement[bool]) -> Waiting:
    """Limits of a kind that a colleague entered."""
    return Waiting(
        text, "bands.index", frozenset({Role.PURCHASER}),
        rows(title=OwnBand.kind)
        .where(
            OwnBand.organisation_id == ORGANISATION, OwnBand.confirmed_at.is_(None), OwnBand.entered_by_id != USER,
            of_kind,
        )
        .order_by(OwnBand.entered_at),
    )  # fmt: skip


tasks = Tasks(
    _waiting(N_("Bevestig de inkoopgrenzen voor werken als tweede persoon"), OwnBand.kind == Kind.WORKS.value),
    _waiting(
        N_("Bevestig de inkoopgrenzen voor diensten en leveringen als tweede persoon"),
        OwnBand.kind != Kind.WORKS.value,
    ),
)  # fmt: skip
"""Bands that a colleague entered."""
