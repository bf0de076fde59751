"""Use cases of suppliers: know them, link them, add evidence, and say what it proves."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, any_, delete, insert, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import involved_in
from cwb.identity.rules import NATURAL_PERSON_FORMS
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.identifiers import Iban, KvkNumber, VatId
from cwb.kernel.ids import uuid7
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack, Verdict, resolve
from ledger.suppliers import queries, rules
from ledger.suppliers.errors import LinkUnchanged, OwnSupplier
from ledger.suppliers.events import StandingsChanged, SupplierLinked
from ledger.suppliers.models import Supplier, SupplierEvidence, SupplierLink, SupplierStanding
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
    _declare(session, [made], REGISTRATION_SOURCE, area_pack(), at)
    classify(session, suppliers=queries.same_party(session, made))
    return made


def known_suppliers(
    session: Session,
    *,
    anchor: Organisation,
    facts: Iterable[SupplierFacts],
    actor_id: int | None,
    at: datetime,
) -> dict[str, Supplier]:
    """The suppliers of an anchor's ledger by identity; unknown ones are made, with their address as E1.

    A new one is linked by itself only when its KvK number is that of an organisation of this house whose place a
    register confirmed, and the names agree. Anything less waits for a person.
    """
    wanted = {each.identity: each for each in facts}
    found = queries.known_by_identity(session, anchor.id, list(wanted))
    rows = [
        {
            "public_id": uuid7(), "identity": name, "recorded_by_id": anchor.id, "party_id": None, "created_at": at,
            **Supplier.columns_of(each),
        }
        for name, each in wanted.items()
        if name not in found
    ]  # fmt: skip
    if not rows:
        return found
    session.execute(insert(Supplier), rows)
    new = queries.known_by_identity(session, anchor.id, [row["identity"] for row in rows])
    made = [new[row["identity"]] for row in rows]
    _declare(session, [each for each in made if each.postcode], LEDGER_SOURCE, area_pack(), at)
    numbers = [each.kvk_number for each in made if each.kvk_number]
    parties = queries.organisations_by_kvk(session, numbers) if numbers else {}
    proven = (
        queries.proven_parties(session, [each.id for each in parties.values()], PROVES) if parties else set()
    )
    unlinked = []
    for each in made:
        party = parties.get(each.kvk_number or "")
        if party is not None and party.id in proven and rules.same_name(party.name, each.name):
            reason = "KvK-nummer en naam gelijk, plaats bevestigd"
            _link(session, each, party.id, reason, actor_id, at)
        else:
            unlinked.append(each)
    _classify_alone(session, unlinked)
    return found | new


def link_supplier(
    session: Session,
    *,
    supplier: Supplier,
    party: Organisation | None,
    reason: str,
    actor_id: int | None,
    at: datetime,
) -> Supplier:
    """Decide that a supplier is a party, or with None undo that. The evidence of the party counts for it from then on.

    Raises:
        LinkReasonMissing: no reason.
        LinkUnchanged: it is linked like that already.
        OwnSupplier: it stands for a party itself.
    """
    told = rules.check_link(reason)
    session.execute(select(Supplier.id).where(Supplier.id == supplier.id).with_for_update())
    session.refresh(supplier, ["party_id"])
    party_id = None if party is None else party.id
    if supplier.recorded_by_id is None:
        raise OwnSupplier
    if supplier.party_id == party_id:
        raise LinkUnchanged
    if party is not None:
        party_supplier(session, organisation=party, at=at)
    _link(session, supplier, party_id, told, actor_id, at)
    return supplier


def _link(
    session: Session,
    supplier: Supplier,
    party_id: int | None,
    reason: str,
    actor_id: int | None,
    at: datetime,
) -> None:
    before = [each for each in queries.same_party(session, supplier) if each is not supplier]
    supplier.party_id = party_id
    session.add(
        SupplierLink(supplier_id=supplier.id, party_id=party_id, reason=reason, actor_id=actor_id, at=at)
    )
    session.flush()
    classify(session, suppliers=before)
    classify(session, suppliers=queries.same_party(session, supplier))
    record(
        session, action="supplier.linked" if party_id else "supplier.loosened",
        subject=f"supplier:{supplier.public_id}", actor_id=actor_id, facts={"party": party_id}, at=at,
    )  # fmt: skip
    emit(session, SupplierLinked(supplier.id, party_id, actor_id, at))


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
    valid_from: date | None = None,
    obtained_on: date | None = None,
    expires_on: date | None = None,
    source: str,
    checked_by_id: int | None = None,
    actor_id: int | None,
    area: AreaPack | None = None,
    at: datetime,
) -> SupplierEvidence:
    """Add evidence of where a supplier is: its seat, or the branch that carries out one contract.

    `grade` 1 to 4; `valid_from` is since when the source says so (default: the day it was obtained); `expires_on`
    defaults to what the grade allows. The verdict is computed from the address for `valid_from`.

    Raises:
        GradeInvalid, ContractReferenceMissing, SourceMissing, EvidenceTermInvalid: input.
        SecondPersonMissing, CheckerInvolved: a document needs a second, uninvolved person.
    """
    obtained = obtained_on or local_date(at)
    since = valid_from or obtained
    rules.check_evidence(
        kind=kind, grade=grade, contract_reference=contract_reference, valid_from=since, obtained_on=obtained,
        expires_on=expires_on, source=source, today=local_date(at),
    )  # fmt: skip
    theirs = [party for party in (supplier.recorded_by_id, supplier.party_id) if party is not None]
    involved = checked_by_id is not None and involved_in(session, checked_by_id, theirs)
    rules.check_checker(grade, created_by_id=actor_id, checked_by_id=checked_by_id, involved=involved)
    last = rules.expiry(grade, obtained)
    facts = {
        "supplier_id": supplier.id, "kind": kind, "grade": grade, "street": street.strip(),
        "house_number": house_number.strip(), "postcode": rules.readable_postcode(postcode), "country": country,
        "contract_reference": contract_reference.strip(), "valid_from": since, "obtained_on": obtained,
        "expires_on": min((d for d in (expires_on, last) if d is not None), default=None),
        "source": source.strip(), "checked_by_id": checked_by_id, "created_by_id": actor_id, "created_at": at,
    }  # fmt: skip
    made = SupplierEvidence(**facts, **_verdict(area or area_pack(), facts))
    session.add(made)
    session.flush()
    classify(session, suppliers=queries.same_party(session, supplier))
    record(
        session, action="supplier.evidence", subject=f"supplier:{supplier.public_id}", actor_id=actor_id,
        facts={"grade": grade, "kind": kind, "verdict": made.verdict, "area": made.area_version}, at=at,
    )  # fmt: skip
    return made


def confirm_register(
    session: Session,
    *,
    kvk_number: KvkNumber,
    name: str,
    postcode: str,
    house_number: str,
    street: str,
    valid_from: date,
    obtained_on: date | None = None,
    source: str,
    natural_person: bool = False,
    actor_id: int | None,
    at: datetime,
) -> int:
    """Take in what a register says of a KvK number: its name and the address of its seat.

    Counts as E2 for every supplier recorded with this number and the same name; one with another name stays as it
    is, for a person to look at. Returns for how many suppliers it counts.

    Raises:
        SourceMissing, EvidenceTermInvalid: input.
    """
    found = [each for each in queries.by_kvk(session, kvk_number) if rules.same_name(each.name, name)]
    for each in found:
        each.kvk_confirmed_on = obtained_on or local_date(at)
        each.natural_person = natural_person
        add_evidence(
            session, supplier=each, grade=2, postcode=postcode, house_number=house_number, street=street,
            valid_from=valid_from, obtained_on=obtained_on, source=source, actor_id=actor_id, at=at,
        )  # fmt: skip
    return len(found)


def classify(session: Session, *, suppliers: Sequence[Supplier]) -> None:
    """Say anew what is proven of suppliers that are one party, from all the evidence they have together."""
    if not suppliers:
        return
    ids = sorted(each.id for each in suppliers)
    them = select(Supplier.id).where(Supplier.id.in_(ids)).order_by(Supplier.id)
    session.execute(them.with_for_update(key_share=True))  # two at once would both write the same days
    rows = rules.standings(map(_evidence, queries.evidence_of(session, ids)))
    _write(session, ids, [(supplier_id, row) for supplier_id in ids for row in rows])
    emit(session, StandingsChanged(tuple(ids)))


def _classify_alone(session: Session, suppliers: Sequence[Supplier]) -> None:
    """The same for many new suppliers that are nobody yet, in few statements."""
    if not suppliers:
        return
    ids = [each.id for each in suppliers]
    by_supplier: dict[int, list[Evidence]] = {each: [] for each in ids}
    for each in queries.evidence_of(session, ids):
        by_supplier[each.supplier_id].append(_evidence(each))
    _write(session, ids, [(key, row) for key, mine in by_supplier.items() for row in rules.standings(mine)])


def _write(session: Session, ids: Sequence[int], rows: Sequence[tuple[int, rules.StandingRow]]) -> None:
    session.execute(
        delete(SupplierStanding).where(
            SupplierStanding.supplier_id == any_(queries.array_of(ids, BigInteger))
        )
    )
    values: list[dict[str, Any]] = [
        {
            "supplier_id": supplier_id, "contract_reference": row.contract_reference, "from_on": row.from_on,
            "until_on": row.until_on, "standing": row.standing.value, "grade": row.evidence.grade,
            "wijk": row.evidence.wijk, "buurt": row.evidence.buurt, "evidence_id": row.evidence.id,
            "variants": [each.value for each in row.variants],
        }
        for supplier_id, row in rows
    ]  # fmt: skip
    if values:
        session.execute(insert(SupplierStanding), values)


def _declare(
    session: Session, suppliers: Sequence[Supplier], source: str, area: AreaPack, at: datetime
) -> None:
    """Keep the addresses of suppliers as self-declared: a number or address typed by a buyer proves nothing."""
    today = local_date(at)
    rows = []
    for each in suppliers:
        facts = {
            "supplier_id": each.id, "kind": "seat", "grade": 1, "street": each.street,
            "house_number": each.house_number, "postcode": each.postcode, "country": each.country,
            "contract_reference": "", "valid_from": today, "obtained_on": today,
            "expires_on": rules.expiry(1, today), "source": source, "created_at": at,
        }  # fmt: skip
        rows.append({"public_id": uuid7(), **facts, **_verdict(area, facts)})
    if rows:
        session.execute(insert(SupplierEvidence), rows)


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
        "verdict": found.verdict.value, "basis": found.basis.value, "wijk": found.wijk, "buurt": found.buurt,
        "variants": {name: verdict.value for name, verdict in found.variants.items()},
        "area_id": area.id, "area_version": area.version,
    }  # fmt: skip


def _evidence(row: SupplierEvidence) -> Evidence:
    variants = tuple(
        Verdict(row.variants.get(variant.id, Verdict.UNKNOWN.value)) for variant in area_pack().variants
    )
    return Evidence(
        row.id, row.grade, Verdict(row.verdict), variants, row.wijk, row.buurt, row.valid_from, row.obtained_on,
        row.expires_on, row.contract_reference,
    )  # fmt: skip
