"""Keeping what registers said."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cwb.kernel.ids import uuid7
from ledger.extracts import queries
from ledger.extracts.models import RegisterBranch, RegisterExtract
from ledger.extracts.rules import Branch, Extract, carried

_PART = 5000


def keep_extracts(
    session: Session,
    *,
    extracts: Sequence[Extract],
    looked_up_on: date,
    via: str,
    source: str,
    checked_by_id: int | None = None,
    actor_id: int | None,
    at: datetime,
) -> dict[str, RegisterExtract]:
    """Keep extracts, one per KvK number; what tells no dates goes on from what was known. Number → what is kept."""
    kept: dict[str, RegisterExtract] = {}
    for start in range(0, len(extracts), _PART):
        part = extracts[start : start + _PART]
        before = queries.latest(session, [each.kvk_number for each in part if not each.dated])
        told = [
            carried(before[each.kvk_number].told() if each.kvk_number in before else None, each, looked_up_on)
            for each in part
        ]
        rows = [
            _row(each)
            | {
                "looked_up_on": looked_up_on, "via": via, "source": source.strip(), "checked_by_id": checked_by_id,
                "created_by_id": actor_id, "created_at": at,
            }
            for each in told
        ]  # fmt: skip
        keys = session.scalars(
            insert(RegisterExtract).returning(RegisterExtract.id, sort_by_parameter_order=True), rows
        ).all()
        branches = [
            _branch(b) | {"extract_id": key}
            for key, each in zip(keys, told, strict=True)
            for b in each.branches
        ]
        if branches:
            session.execute(insert(RegisterBranch), branches)
        kept |= queries.latest(session, [each.kvk_number for each in part])
    return kept


def _row(extract: Extract) -> dict[str, Any]:
    return {
        "public_id": uuid7(), "kvk_number": extract.kvk_number, "name": extract.name.strip(),
        "trade_names": [each.strip() for each in extract.trade_names], "legal_form": extract.legal_form.strip(),
        "natural_person": extract.natural_person, "statutory_seat": extract.statutory_seat.strip(),
        "vat_id": extract.kept_vat_id, "iban": extract.iban, "started_on": extract.started_on,
        "ended_on": extract.ended_on,
    }  # fmt: skip


def _branch(branch: Branch) -> dict[str, Any]:
    hidden = branch.shielded
    return {
        "number": branch.number, "main": branch.main, "name": branch.name.strip(),
        "street": "" if hidden else branch.street.strip(),
        "house_number": "" if hidden else branch.house_number.strip(),
        "postcode": "" if hidden else branch.postcode.strip(), "city": branch.city.strip(),
        "country": branch.country, "started_on": branch.started_on, "from_on": branch.from_on,
        "until_on": branch.until_on, "workers": branch.workers, "shielded": hidden,
    }  # fmt: skip
