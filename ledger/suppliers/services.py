"""Use cases of the evidence of suppliers: add it, take it from the register, and say what it proves."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, any_, delete, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import involved_in
from cwb.identity.rules import NATURAL_PERSON_FORMS
from cwb.kernel.bulk import insert_rows
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, VatId
from cwb.kernel.ids import uuid7, uuid7s
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack, Verdict, days_of_change, resolve
from ledger.extracts.models import RegisterExtract
from ledger.extracts.rules import Stay, stays
from ledger.suppliers import queries, rules
from ledger.suppliers.errors import LinkUnchanged
from ledger.suppliers.events import StandingsChanged
from ledger.suppliers.models import Supplier, SupplierCatchAll, SupplierEvidence, SupplierStanding
from ledger.suppliers.queries import array_of
from ledger.suppliers.rules import PROVES, Evidence, SupplierFacts

LEDGER_SOURCE = "inkoopadministratie"
REGISTRATION_SOURCE = "eigen opgave bij inschrijving"


def party_supplier(session: Session, *, organisation: Organisation, at: datetime) -> Supplier:
    """The supplier that stands for an organisation of this house, made when first needed.

    Its own address at that moment is kept as self-declared (E1).
    """
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation.id).with_for_update(key_share=True)
    )
    found = queries.find_party_supplier(session, organisation.id)
    if found is not None:
        return found
    facts = SupplierFacts(
        name=organisation.name,
        kvk_number=KvkNumber(organisation.kvk_number) if organisation.kvk_number else None,
        branch_number=BranchNumber(organisation.branch_number) if organisation.branch_number else None,
        vat_id=VatId(organisation.vat_id) if organisation.vat_id else None,
        iban=Iban(organisation.iban) if organisation.iban else None,
        street=organisation.street,
        house_number=organisation.house_number,
        postcode=organisation.postcode,
        city=organisation.city,
        natural_person=organisation.legal_form in NATURAL_PERSON_FORMS,
    )
    made = Supplier(
        facts,
        identity=f"party:{organisation.public_id}",
        recorded_by_id=None,
        party_id=organisation.id,
        created_at=at,
    )
    session.add(made)
    session.flush()
    declare(session, suppliers=[made], source=REGISTRATION_SOURCE, at=at)
    classify(session, suppliers=[made])
    return made


def tell_register(
    session: Session,
    *,
    found: Sequence[tuple[Supplier, RegisterExtract]],
    actor_id: int | None,
    at: datetime,
) -> None:
    """Write down as evidence what extracts say of these suppliers' seats, day by day, before `classify`.

    Only a main establishment is a seat. A day without one, after it closed or was dissolved, proves nothing.
    """
    area, rows = area_pack(), []
    for supplier, extract in found:
        grade = 3 if extract.via == "document" else PROVES
        last = rules.expiry(grade, extract.looked_up_on)
        for stay in stays(extract.told()):
            ends = min((day for day in (stay.until_on, last) if day is not None), default=None)
            if ends is not None and ends <= stay.from_on:
                continue
            branch = stay.branch
            facts = {
                "public_id": uuid7(), "supplier_id": supplier.id, "kind": "seat", "grade": grade,
                "street": branch.street if branch else "", "house_number": branch.house_number if branch else "",
                "postcode": rules.readable_postcode(branch.postcode) if branch else "",
                "country": branch.country if branch else area.country, "contract_reference": "",
                "valid_from": stay.from_on, "obtained_on": extract.looked_up_on, "expires_on": ends,
                "source": extract.source, "extract_id": extract.id, "checked_by_id": extract.checked_by_id,
                "created_by_id": actor_id if extract.checked_by_id != actor_id else None, "created_at": at,
            }  # fmt: skip
            if branch is None or branch.shielded:
                why = {"basis": "shielded" if branch else "gone", "verdict": Verdict.UNKNOWN.value}
                rows.append(facts | _verdict(area, facts) | why)
            else:
                rows += _pieces(area, facts)
    insert_rows(session, SupplierEvidence, rows)


def placed(stay: Stay, on: date) -> Verdict:
    """What the address of a seat proves of it on a day, or on the nearest day it was there: as `tell_register` says."""
    branch, area = stay.branch, area_pack()
    if branch is None or branch.shielded:
        return Verdict.UNKNOWN
    return resolve(
        area, rules.readable_postcode(branch.postcode), branch.house_number, branch.country,
        on=max(stay.from_on, min(on, stay.until_on - timedelta(days=1)) if stay.until_on else on),
        street=branch.street,
    ).verdict  # fmt: skip


def add_evidence(
    session: Session,
    *,
    supplier: Supplier,
    kind: str = "seat",
    grade: int,
    postcode: str,
    house_number: str = "",
    street: str = "",
    country: str = "NL",
    contract_reference: str = "",
    worker_count: int | None = None,
    valid_from: date | None = None,
    obtained_on: date | None = None,
    expires_on: date | None = None,
    source: str,
    checked_by_id: int | None = None,
    actor_id: int | None,
    area: AreaPack | None = None,
    at: datetime,
) -> SupplierEvidence:
    """Add evidence of where a supplier is: its seat, or the branch (with `worker_count` people) for one contract.

    `grade` 1 to 4; `valid_from` is since when the source says so (default: the day it was obtained); `expires_on`
    defaults to what the grade allows. The verdict is computed from the address for `valid_from`, and anew for each day
    on which another register of the area begins: those are rows of their own.

    Raises:
        GradeInvalid, ContractReferenceMissing, BranchEmpty, SourceMissing, EvidenceTermInvalid: input.
        SecondPersonMissing, CheckerInvolved: a document needs a second, uninvolved person.
    """
    obtained = obtained_on or local_date(at)
    since = valid_from or obtained
    rules.check_evidence(
        kind=kind, grade=grade, contract_reference=contract_reference, worker_count=worker_count,
        valid_from=since, obtained_on=obtained,
        expires_on=expires_on, source=source, today=local_date(at),
    )  # fmt: skip
    theirs = [party for party in (supplier.recorded_by_id, supplier.party_id) if party is not None]
    involved = checked_by_id is not None and involved_in(session, checked_by_id, theirs)
    rules.check_checker(grade, created_by_id=actor_id, checked_by_id=checked_by_id, involved=involved)
    last = rules.expiry(grade, obtained)
    facts = {
        "supplier_id": supplier.id, "kind": kind, "grade": grade, "street": street.strip(),
        "house_number": house_number.strip(), "postcode": rules.readable_postcode(postcode), "country": country,
        "contract_reference": contract_reference.strip(), "worker_count": worker_count,
        "valid_from": since, "obtained_on": obtained,
        "expires_on": min((d for d in (expires_on, last) if d is not None), default=None),
        "source": source.strip(), "checked_by_id": checked_by_id, "created_by_id": actor_id, "created_at": at,
    }  # fmt: skip
    first, *later = [SupplierEvidence(**each) for each in _pieces(area or area_pack(), facts)]
    session.add_all([first, *later])
    session.flush()
    classify(session, suppliers=[supplier])
    record(
        session, action="supplier.evidence", subject=f"supplier:{supplier.public_id}", actor_id=actor_id,
        facts={"grade": grade, "kind": kind, "verdict": first.verdict, "area": first.area_version}, at=at,
    )  # fmt: skip
    return first


def classify(session: Session, *, suppliers: Sequence[Supplier], new: bool = False) -> None:
    """Say anew what is proven of these suppliers and of all who are the same, from all the evidence they share.

    `new`: they were just made and have no lines yet, so nothing was summed up with them.
    """
    if not suppliers:
        return
    alone = [each for each in suppliers if new and queries.whose(each) == f"s{each.id}"]
    others = [each for each in suppliers if each not in set(alone)] if len(alone) < len(suppliers) else []
    everyone = [*alone, *(queries.together(session, others) if others else ())]
    ids = sorted(each.id for each in everyone)
    fresh = {each.id for each in suppliers} if new else set()
    changed = [each for each in ids if each not in fresh]
    if changed:  # two at once would both write the same days; nobody else sees what was just made
        them = select(Supplier.id).where(Supplier.id == any_(array_of(ids, BigInteger))).order_by(Supplier.id)
        session.execute(them.with_for_update(key_share=True))
    who = {each.id: queries.whose(each) for each in everyone}
    shared: dict[str, list[Evidence]] = {}
    for supplier_id, each in queries.proofs_of(session, ids, area_pack().variants):
        shared.setdefault(who[supplier_id], []).append(each)
    proven = {whose: rules.standings(those) for whose, those in shared.items()}
    bare = {each.id for each in alone}  # others may have been found just now, and have days already
    told = [each for each in ids if each not in bare]
    _write(session, told, [(key, row) for key, whose in who.items() for row in proven.get(whose, ())])
    if changed:
        emit(session, StandingsChanged(tuple(changed)))


def _write(session: Session, changed: Sequence[int], rows: Sequence[tuple[int, rules.StandingRow]]) -> None:
    if changed:
        session.execute(
            delete(SupplierStanding).where(
                SupplierStanding.supplier_id == any_(array_of(changed, BigInteger))
            )
        )
    values: list[dict[str, Any]] = [
        {
            "supplier_id": supplier_id, "contract_reference": row.contract_reference, "from_on": row.from_on,
            "until_on": row.until_on, "standing": row.standing, "grade": row.evidence.grade,
            "wijk": row.evidence.wijk, "buurt": row.evidence.buurt, "evidence_id": row.evidence.id,
            "variants": row.variants,
        }
        for supplier_id, row in rows
    ]  # fmt: skip
    insert_rows(session, SupplierStanding, values)


def declare(
    session: Session, *, suppliers: Sequence[Supplier], source: str = LEDGER_SOURCE, at: datetime
) -> None:
    """Keep the addresses of suppliers as self-declared: a number or address typed by a buyer proves nothing."""
    area = area_pack()
    today = local_date(at)
    expires_on, rows = rules.expiry(1, today), []
    for public_id, each in zip(uuid7s(len(suppliers)), suppliers, strict=True):
        facts = {
            "public_id": public_id, "supplier_id": each.id, "kind": "seat", "grade": 1, "street": each.street,
            "house_number": each.house_number, "postcode": each.postcode, "country": each.country,
            "contract_reference": "", "valid_from": today, "obtained_on": today,
            "expires_on": expires_on, "source": source, "created_at": at,
        }  # fmt: skip
        rows.append(facts | _verdict(area, facts))
    insert_rows(session, SupplierEvidence, rows)


_PLACED = ("verdict", "basis", "wijk", "buurt", "variants")


def _pieces(area: AreaPack, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Evidence with its verdict, cut where another register of the area makes another verdict of the same address."""
    last = facts["expires_on"] or rules.FOREVER
    cuts = [
        d
        for d in days_of_change(area, facts["postcode"], facts["house_number"])
        if facts["valid_from"] < d < last
    ]
    found: list[dict[str, Any]] = []
    for day in [facts["valid_from"], *sorted(cuts)]:
        verdict = _verdict(area, facts | {"valid_from": day})
        if not found or any(found[-1][name] != verdict[name] for name in _PLACED):
            found.append(facts | verdict | {"valid_from": day, "public_id": uuid7()})
    for one, other in pairwise(found):
        one["expires_on"] = other["valid_from"]
    return found


_TOLD = (
    "supplier_id", "kind", "grade", "street", "house_number", "postcode", "country", "contract_reference",
    "worker_count", "valid_from", "obtained_on", "expires_on", "source", "extract_id", "checked_by_id", "created_by_id",
)  # fmt: skip


def place_anew(
    session: Session, *, supplier_ids: Sequence[int], area: AreaPack | None = None, at: datetime
) -> int:
    """Say of the addresses of these suppliers anew where they are, with the registers the area has now.

    What was said before stays; where the answer differs, the same evidence stands again with the new one, which counts
    from then on. Returns how many rows that were.
    """
    area = area or area_pack()
    latest: dict[tuple[Any, ...], tuple[SupplierEvidence, dict[str, Any]]] = {}
    for row in sorted(queries.evidence_of(session, supplier_ids), key=lambda each: each.id):
        if row.basis not in {"shielded", "gone"}:
            facts = {name: getattr(row, name) for name in _TOLD}
            latest[tuple(value for name, value in facts.items() if name != "expires_on")] = row, facts
    added: list[dict[str, Any]] = []
    for row, facts in latest.values():
        pieces = _pieces(area, {**facts, "created_at": at})
        if len(pieces) > 1 or any(pieces[0][name] != getattr(row, name) for name in _PLACED):
            added += pieces
    if added:
        insert_rows(session, SupplierEvidence, added)
        moved = sorted({each["supplier_id"] for each in added})
        classify(session, suppliers=session.scalars(select(Supplier).where(Supplier.id.in_(moved))).all())
        record(
            session, action="supplier.placed_anew", subject=f"area:{area.id}", actor_id=None,
            facts={"area": area.version, "rows": len(added)}, at=at,
        )  # fmt: skip
    return len(added)


def _verdict(area: AreaPack, facts: dict[str, Any]) -> dict[str, Any]:
    found = resolve(
        area,
        facts["postcode"],
        facts["house_number"],
        facts["country"],
        on=facts["valid_from"],
        street=facts["street"],
    )
    return {
        "verdict": found.verdict, "basis": found.basis, "wijk": found.wijk, "buurt": found.buurt,
        "variants": dict(found.variants),
        "area_id": area.id, "area_version": found.area_version,
    }  # fmt: skip


def mark_catch_all(
    session: Session, *, kind: str, value: str, holds: bool, reason: str, actor_id: int, at: datetime
) -> SupplierCatchAll:
    """Say that a number stands for many suppliers, so that it links nobody by itself; or that it does not after all.

    Raises:
        LinkReasonMissing: no reason. LinkUnchanged: that stood already.
    """
    told = rules.check_link(reason)
    if ((kind, value) in queries.catch_alls(session, [value])) == holds:
        raise LinkUnchanged
    made = SupplierCatchAll(kind=kind, value=value, holds=holds, reason=told, actor_id=actor_id, at=at)
    session.add(made)
    session.flush()
    record(
        session, action="supplier.catch_all", subject=f"catch_all:{made.id}", actor_id=actor_id,
        facts={"kind": kind, "holds": holds}, at=at,
    )  # fmt: skip
    return made
