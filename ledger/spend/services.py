"""Use cases of purchase lines: record, count once, code, correct."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.canonical import digest
from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack
from ledger.identities.services import known_suppliers, link_supplier
from ledger.invoicing.events import InvoiceApproved
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import invoice_by_id
from ledger.spend import queries, rules
from ledger.spend.errors import LineReplaced, LineUnchanged, NotAnAnchor
from ledger.spend.models import SpendLine
from ledger.spend.rules import WEIGHT, Kind, LineFacts, Source
from ledger.suppliers.events import SupplierLinked
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import organisations_by_kvk, supplier_by_id
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import party_supplier


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did.

    Of the `added` rows `linked` are purchases that counted already and `conflicts` wait for a decision;
    `duplicates` were there before. `total` is the sum of all lines handed in.
    """

    added: int
    duplicates: int
    linked: int
    conflicts: int
    total: Money


def record_spend(
    session: Session,
    *,
    anchor: Organisation,
    lines: Sequence[LineFacts],
    source: Source = Source.RECORDED,
    actor_id: int | None,
    at: datetime,
    import_id: int | None = None,
) -> Recorded:
    """Record purchases of an anchor. Handing in the same lines again adds nothing.

    A line that is the same purchase as an invoice made in this house (supplier, number, net amount) is linked to
    it and counted once; one that differs in amount waits as a conflict and is not counted.

    Raises:
        NotAnAnchor: the organisation is no anchor.
        ExclusionNotAnchor: X6 for a payee that does not report.
    """
    _hold(session, anchor)
    stored = queries.stored_counts(session, anchor.id, [line.identity for line in lines])
    new = rules.fresh(lines, stored)
    suppliers = known_suppliers(
        session, anchor=anchor, facts=[line.supplier for line, _ in new], actor_id=actor_id, at=at
    )
    payees = _anchors_among(session, suppliers, [line for line, _ in new])
    matches = _matches(session, anchor, new, suppliers, actor_id, at)
    area = area_pack()
    days = _days(session, anchor, new, suppliers)
    rows = []
    for line, ordinal in new:
        supplier = suppliers[line.supplier.identity]
        matched = matches.get((supplier.id, rules.document_key(line.document_number)))
        code = rules.check_exclusion(line.exclusion, payee_is_anchor=line.supplier.identity in payees)
        if code is None and supplier.party_id is not None and line.supplier.identity in payees:
            code = "X6"
        rows.append(
            _row(
                line, area, anchor, supplier, source, actor_id, at, identity=line.identity, ordinal=ordinal,
                kind=matched[0] if matched else Kind.BOOKED, same_as_id=matched[1] if matched else None,
                period_on=days.get(line.identity, line.invoice_on), exclusion=code, import_id=import_id,
                coded_by_id=actor_id if line.exclusion else None,
            )
        )  # fmt: skip
    if rows:
        session.execute(insert(SpendLine), rows)
    kinds = [row["kind"] for row in rows]
    done = Recorded(
        len(rows), len(lines) - len(rows), kinds.count(Kind.SAME), kinds.count(Kind.CONFLICT),
        Money(sum(line.amount.minor for line in lines)),
    )  # fmt: skip
    record(
        session, action="spend.recorded", subject=f"organisation:{anchor.public_id}", actor_id=actor_id,
        facts={"lines": len(lines), "added": done.added, "conflicts": done.conflicts, "cents": done.total.plain()},
        at=at,
    )  # fmt: skip
    return done


def _hold(session: Session, anchor: Organisation) -> None:
    """One recorder at a time per anchor, so that two people with one file add it once."""
    if anchor.anchor_type is None:
        raise NotAnAnchor
    session.execute(
        select(Organisation.id).where(Organisation.id == anchor.id).with_for_update(key_share=True)
    )


def _anchors_among(
    session: Session, suppliers: Mapping[str, Supplier], lines: Sequence[LineFacts]
) -> set[str]:
    """Identities of suppliers that are reporting anchors: linked to one, or with the KvK number of one."""
    numbers = [line.supplier.kvk_number for line in lines if line.supplier.kvk_number]
    by_kvk = organisations_by_kvk(session, numbers) if numbers else {}
    linked = {each.party_id for each in suppliers.values() if each.party_id is not None}
    reporting = set(
        session.scalars(
            select(Organisation.id).where(Organisation.id.in_(linked), Organisation.anchor_type.is_not(None))
        )
        if linked
        else ()
    )
    return {
        name
        for name, each in suppliers.items()
        if each.party_id in reporting
        or (each.kvk_number in by_kvk and by_kvk[each.kvk_number or ""].anchor_type is not None)
    }


def _matches(
    session: Session,
    anchor: Organisation,
    new: Sequence[tuple[LineFacts, int]],
    suppliers: Mapping[str, Supplier],
    actor_id: int | None,
    at: datetime,
) -> dict[tuple[int, str], tuple[Kind, int]]:
    """For each supplier and document of these lines: the invoice made here that is the same purchase, or clashes."""
    sums: dict[tuple[int, str], list[int]] = defaultdict(list)
    owner = {each.id: each for each in suppliers.values()}
    for line, _ in new:
        if key := rules.document_key(line.document_number):
            sums[suppliers[line.supplier.identity].id, key].append(line.amount.minor)
    documents = sorted({key for _, key in sums})
    if not documents:
        return {}
    invoices = queries.by_document(session, anchor.id, documents, Source.INVOICE)
    earlier = queries.by_document(session, anchor.id, documents, Source.RECORDED) if invoices else []
    for each in earlier:
        if (each.supplier_id, each.document_key) in sums:
            sums[each.supplier_id, each.document_key].append(each.net_amount)
    found = {}
    for (supplier_id, key), amounts in sums.items():
        for invoice in invoices:
            if invoice.document_key == key and _same_supplier(owner[supplier_id], invoice.supplier):
                kind = rules.kind_of_match(amounts, invoice.net_amount)
                found[supplier_id, key] = kind, invoice.id
                if kind is Kind.SAME:
                    _link_by_invoice(session, owner[supplier_id], invoice.supplier.party_id, actor_id, at)
    return found


def _same_supplier(one: Supplier, other: Supplier) -> bool:
    if one.party_id is not None:
        return one.party_id == other.party_id
    return one.kvk_number is not None and one.kvk_number == other.kvk_number


def _link_by_invoice(
    session: Session, supplier: Supplier, party_id: int | None, actor_id: int | None, at: datetime
) -> None:
    """KvK number, document number and amount agree with an invoice of that party: it is that party."""
    party = (
        session.get(Organisation, party_id) if party_id is not None and supplier.party_id is None else None
    )
    if party is not None:
        reason = "zelfde KvK-nummer, factuurnummer en bedrag als een factuur van hier"
        link_supplier(session, supplier=supplier, party=party, reason=reason, actor_id=actor_id, at=at)


def _days(
    session: Session,
    anchor: Organisation,
    new: Sequence[tuple[LineFacts, int]],
    suppliers: Mapping[str, Supplier],
) -> dict[str, date]:
    """A credit note that names its original falls in the original's period, also when both come together."""
    together = {
        (line.supplier.identity, rules.document_key(line.document_number)): line.invoice_on
        for line, _ in new
        if line.invoice_on and not line.credits_document
    }
    days = {}
    for line, _ in new:
        if not line.credits_document:
            continue
        key = rules.document_key(line.credits_document)
        day = together.get((line.supplier.identity, key)) or queries.period_of_document(
            session, anchor.id, suppliers[line.supplier.identity].id, key
        )
        if day is not None:
            days[line.identity] = day
    return days


def _row(
    line: LineFacts, area: AreaPack, anchor: Organisation, supplier: Supplier, source: Source, actor_id: int | None,
    at: datetime, *, kind: Kind, **other: Any,
) -> dict[str, Any]:  # fmt: skip
    category = area.category_of(line.cpv)
    return {
        "public_id": uuid7(), "anchor_id": anchor.id, "supplier_id": supplier.id, "source": source, "kind": kind,
        "weight": WEIGHT[kind], "document_number": line.document_number,
        "document_key": rules.document_key(line.document_number), "invoice_on": line.invoice_on,
        "net_amount": line.amount.minor, "irrecoverable_vat_amount": line.irrecoverable_vat.minor, "currency": "EUR",
        "description": line.description, "cpv": line.cpv, "category": category.id if category else "",
        "contract_reference": line.contract_reference, "contract_starts_on": line.contract_starts_on,
        "contract_ends_on": line.contract_ends_on, "tender_reference": line.tender_reference, "reason": "",
        "actor_id": actor_id, "recorded_at": at, **other,
    }  # fmt: skip


def record_invoice(
    session: Session,
    *,
    anchor: Organisation,
    seller: Organisation,
    line: LineFacts,
    invoice_id: int,
    at: datetime,
) -> SpendLine | None:
    """Record an invoice made in this house as a purchase of its buyer; None when it was recorded before.

    A buyer that is no anchor has no figure, so nothing is recorded. Ledger lines that came earlier and are the
    same purchase keep counting; this row is then linked to them.
    """
    if anchor.anchor_type is None:
        return None
    _hold(session, anchor)
    supplier = party_supplier(session, organisation=seller, at=at)
    identity = digest(["invoice", invoice_id])
    if queries.stored_counts(session, anchor.id, [identity]):
        return None
    key = rules.document_key(line.document_number)
    earlier = [
        each
        for each in queries.by_document(session, anchor.id, [key], Source.RECORDED)
        if each.kind is Kind.BOOKED and _same_supplier(each.supplier, supplier)
    ]
    kind = rules.kind_of_match([e.net_amount for e in earlier], line.amount.minor) if earlier else Kind.BOOKED
    if kind is Kind.SAME:
        for each in {e.supplier_id: e.supplier for e in earlier}.values():
            _link_by_invoice(session, each, supplier.party_id, None, at)
    original = rules.document_key(line.credits_document)
    day = queries.period_of_document(session, anchor.id, supplier.id, original) if original else None
    made = SpendLine(
        **_row(
            line, area_pack(), anchor, supplier, Source.INVOICE, None, at, kind=kind, identity=identity, ordinal=1,
            same_as_id=earlier[0].id if earlier else None, period_on=day or line.invoice_on, invoice_id=invoice_id,
            exclusion="X6" if seller.anchor_type is not None else None, coded_by_id=None, import_id=None,
        )
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def hear_approved(session: Session, event: InvoiceApproved) -> None:
    """An approved invoice, or a credit note in the buyer's books, is a purchase of the buyer."""
    invoice = invoice_by_id(session, event.invoice_id)
    at = invoice.approved_at or invoice.sent_at or invoice.created_at
    record_invoice(
        session,
        anchor=invoice.buyer,
        seller=invoice.seller,
        line=_facts_of(invoice),
        invoice_id=invoice.id,
        at=at,
    )


def _facts_of(invoice: Invoice) -> LineFacts:
    agreement, seller = invoice.agreement, invoice.seller
    recoverable = invoice.vat_recoverable is not False
    return LineFacts(
        supplier=SupplierFacts(
            name=seller.name, kvk_number=KvkNumber(seller.kvk_number) if seller.kvk_number else None
        ),
        document_number=invoice.number or "",
        invoice_on=invoice.issued_on,
        amount=-invoice.net if invoice.is_credit_note else invoice.net,
        irrecoverable_vat=Money(0)
        if recoverable
        else (-invoice.vat if invoice.is_credit_note else invoice.vat),
        description=agreement.title if agreement else "",
        cpv=Cpv(agreement.cpv) if agreement else None,
        contract_reference=invoice.contract_reference,
        contract_starts_on=agreement.starts_on if agreement else None,
        contract_ends_on=agreement.ends_on if agreement else None,
        credits_document=invoice.credits.number or "" if invoice.credits else "",
    )


def code_exclusion(
    session: Session, *, line: SpendLine, code: str | None, reason: str, actor_id: int, at: datetime
) -> SpendLine:
    """Take a line off the denominator for a reason of the closed list, or (None) put it back.

    Raises:
        ExclusionUnknown, ExclusionNotAnchor, ReasonMissing, LineUnchanged: input.
        LineReplaced: somebody corrected it first.
    """
    supplier = supplier_by_id(session, line.supplier_id)
    party = session.get(Organisation, supplier.party_id) if supplier.party_id is not None else None
    wanted = rules.check_exclusion(code, payee_is_anchor=party is not None and party.anchor_type is not None)
    return _replace(session, line, {"exclusion": wanted, "coded_by_id": actor_id}, reason, actor_id, at)


def correct_line(
    session: Session, *, line: SpendLine, reason: str, actor_id: int, at: datetime, **changes: Any
) -> SpendLine:
    """Correct a line's `net_amount` (cents), `category`, `cpv` or `description`: a reversal and a new row.

    Raises:
        TypeError: another column.
        ReasonMissing, LineUnchanged: input. LineReplaced: somebody corrected it first.
    """
    if strange := changes.keys() - {"net_amount", "category", "cpv", "description"}:
        raise TypeError(f"not corrected this way: {', '.join(sorted(strange))}")
    return _replace(session, line, changes, reason, actor_id, at)


def _replace(
    session: Session,
    line: SpendLine,
    changes: Mapping[str, Any],
    reason: str,
    actor_id: int | None,
    at: datetime,
) -> SpendLine:
    told = rules.check_reason(reason)
    session.execute(
        select(Organisation.id).where(Organisation.id == line.anchor_id).with_for_update(key_share=True)
    )
    if line.weight != 1 or queries.find_reversal(session, line.id) is not None:
        raise LineReplaced
    if all(getattr(line, name) == value for name, value in changes.items() if name != "coded_by_id"):
        raise LineUnchanged(field="exclusion" if "exclusion" in changes else None)
    kept = {
        column.name: getattr(line, column.name)
        for column in SpendLine.__table__.columns
        if column.name not in {"id", "public_id"}
    } | {"replaces_id": line.id, "reason": told, "actor_id": actor_id, "recorded_at": at, "same_as_id": None}
    back = SpendLine(
        **kept | {"kind": Kind.REVERSAL, "weight": -1, "net_amount": -line.net_amount,
                  "irrecoverable_vat_amount": -line.irrecoverable_vat_amount}
    )  # fmt: skip
    new = SpendLine(**kept | {"kind": Kind.CORRECTION, "weight": 1} | dict(changes))
    session.add_all([back, new])
    session.flush()
    record(
        session, action="spend.corrected", subject=f"spend_line:{line.public_id}", actor_id=actor_id,
        facts={"by": str(new.public_id), "columns": sorted(set(changes) - {"coded_by_id"})}, at=at,
    )  # fmt: skip
    return new


def code_anchor_payments(session: Session, event: SupplierLinked) -> None:
    """A supplier turned out to be a reporting anchor: its uncoded lines are payments between anchors (X6)."""
    party = session.get(Organisation, event.party_id) if event.party_id is not None else None
    if party is None or party.anchor_type is None:
        return
    supplier = supplier_by_id(session, event.supplier_id)
    for line in queries.uncoded(session, supplier.id):
        changes = {"exclusion": "X6", "coded_by_id": event.actor_id}
        _replace(session, line, changes, "de leverancier rapporteert zelf", event.actor_id, event.at)
