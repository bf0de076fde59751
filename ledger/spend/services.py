"""Use cases of purchase lines: record, and count once."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from json import dumps
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.canonical import digest
from cwb.kernel.collecting import without_collecting
from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from cwb.places.gateway import area_pack
from ledger.identities.services import known_suppliers, link_supplier
from ledger.invoicing.events import InvoiceApproved
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import invoice_by_id
from ledger.repeats.services import Repeats
from ledger.rollups import services as rollups
from ledger.rollups.gateway import hand_over
from ledger.rollups.queries import days_of_change
from ledger.rollups.rules import MOST_GROUPS, Spans
from ledger.spend import queries, rules
from ledger.spend.errors import NotAnAnchor
from ledger.spend.gateway import LineWriter, Payee, Placed
from ledger.spend.models import SpendLine
from ledger.spend.rules import WEIGHT, File, Kind, LineFacts, Recorded, Row, Rows, Source
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import supplier_by_id
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import party_supplier
from ledger.twins.queries import Twins
from ledger.twins.rules import Fresh

_IMPORT = text("""
    INSERT INTO spend_import (id, public_id, anchor_id, file_name, checksum, row_count, added_count, total_amount,
        findings, actor_id, at)
    OVERRIDING SYSTEM VALUE
    VALUES (:id, :public_id, :anchor_id, :file_name, :checksum, :row_count, :added_count, :total_amount,
        CAST(:findings AS jsonb), :actor_id, :at)
""")
"""Written last, when the counts are known; its key was drawn first."""
_ONE_HANDS_OVER = text("SELECT pg_advisory_xact_lock(7301053, CAST(:anchor_id AS integer))")
"""Two that write down the same new suppliers and lines of an anchor would wait for each other, row by row."""
AHEAD = 2
"""Batches that are read ahead, so that the connection always has something to do."""
_NEXT = text("SELECT nextval(pg_get_serial_sequence('spend_import', 'id'))")


def record_spend(
    session: Session, *, anchor: Organisation, lines: Sequence[LineFacts], actor_id: int | None, at: datetime
) -> Recorded:
    """Record purchases of an anchor. Handing in the same lines again adds nothing.

    A line that is the same purchase as an invoice made in this house (supplier, number, net amount) is linked to
    it and counted once; one that differs in amount waits as a conflict and is not counted.

    Raises:
        NotAnAnchor: the organisation is no anchor.
        ExclusionNotAnchor: X6 for a payee that does not report.
    """
    rows = rules.Handed(lines)
    return record_rows(session, anchor=anchor, rows=rows, actor_id=actor_id, at=at, in_a_file=False)


@without_collecting()
def record_rows(
    session: Session, *, anchor: Organisation, rows: Rows, file: File | None = None, actor_id: int | None, at: datetime,
    in_a_file: bool = True, dry: bool = False, again: Callable[[int], None] = lambda _number: None,
) -> Recorded:  # fmt: skip
    """The same for as many rows as a reader of files hands over, batch by batch: all of them or nothing.

    A line of rows `in_a_file` that seems to count already (`ledger.twins`) is not counted until a person decides.
    With a file they are an import, that can be taken back (`undo_import`); the lock on the anchor is held as long as
    its lines need. A `dry` run, which the caller undoes, sums nothing up and leaves the anchor to others: only who
    hands over rows of it too waits. `again` hears the number of each row that came by before in the same words.

    Raises:
        NotAnAnchor, ExclusionNotAnchor: as above; and whatever the reader raises on its way.
    """
    if file is not None:
        session.execute(text("SET LOCAL lock_timeout = '600s'"))
    session.execute(_ONE_HANDS_OVER, {"anchor_id": anchor.id})
    _hold(session, anchor, dry=dry)
    after = rollups.mark(session)
    import_id = None if file is None else session.scalar(_NEXT)
    with rollups.at_the_end(session):
        with LineWriter(
            session, anchor_id=anchor.id, import_id=import_id, actor_id=actor_id, at=at,
            categories=rules.Categories(area_pack()),
        ) as writer:  # fmt: skip
            held = None if dry else Repeats(session, anchor.id, import_id)
            to = Recording(session, anchor, writer, actor_id, at, file, again, held, in_a_file=in_a_file)
            done = to.run(rows)
        if dry:
            return done
        if file is not None:
            facts = {
                "id": import_id, "public_id": file.public_id, "anchor_id": anchor.id, "file_name": file.name,
                "checksum": file.checksum, "row_count": done.added + done.duplicates, "added_count": done.added,
                "total_amount": done.total.minor, "findings": dumps({**file.told(done), **done.twins.kept()}),
                "actor_id": actor_id, "at": at}  # fmt: skip
            session.execute(_IMPORT, facts)
        rollups.fold(session, anchor_id=anchor.id, after=after, import_id=import_id, sums=writer.sums)
    record(
        session, action="spend.recorded", subject=f"organisation:{anchor.public_id}", actor_id=actor_id,
        facts={
            "lines": done.added + done.duplicates, "added": done.added, "conflicts": done.conflicts,
            "twins": done.twins.lines, "cents": done.total.plain(),
        }, at=at,
    )  # fmt: skip
    return replace(done, import_id=import_id)


class Recording:
    """The rows of one act, on their way to the table: told apart from what is stored, placed, and matched.

    Most lines go by in batches. Those that may be the same purchase as an invoice made here, or whose invoice counts
    with another amount, and credit notes that name their original, wait until all others are stored.
    """

    def __init__(
        self, session: Session, anchor: Organisation, writer: LineWriter, actor_id: int | None, at: datetime,
        file: File | None, again: Callable[[int], None], repeats: Repeats | None, *, in_a_file: bool,
    ) -> None:  # fmt: skip
        self._session, self._anchor, self._writer = session, anchor, writer
        self._actor_id, self._at, self._file, self._again = actor_id, at, file, again
        self._payees, self._repeats = writer.payees, repeats
        self._texts: list[str] = []
        self._counting = rules.Counting()
        self._invoices = rules.Invoices(queries.invoices_here(session, anchor.id))
        self._span = queries.stored_days(session, anchor.id)
        self._undone = queries.undone(session, anchor.id)
        self._spans: dict[tuple[date, ...], Spans] = {}
        self._twins = Twins(session, anchor.id, self._span if in_a_file else None, self._undone)
        self._waiting: list[tuple[Placed, int | None]] = []
        self._moved: list[tuple[date | None, date | None]] = []
        self._rows, self._total, self._added = 0, 0, 0

    def run(self, rows: Rows) -> Recorded:
        """Store all rows.

        Raises:
            ExclusionNotAnchor: X6 for a payee that does not report.
        """
        held: deque[tuple[list[Row], list[bytes], Future[None]]] = deque()
        for batch in rows.batches():
            met = rows.suppliers[len(self._texts) :]
            self._texts += map(rules.supplier_text, met)
            identities = rules.identities(batch, self._texts)
            held.append((batch, identities, self._writer.then(partial(self._meet, met))))
            if len(held) > AHEAD:
                self._store(*held.popleft())
        while held:
            self._store(*held.popleft())
        self._writer.start()
        self._writer.wait()
        kinds = self._finish()
        self._writer.start()
        self._writer.wait()
        added = self._added + len(kinds)
        return Recorded(
            added, self._rows - added, kinds.count(Kind.SAME), kinds.count(Kind.CONFLICT), Money(self._total),
            self._twins.found, self._moved,
        )  # fmt: skip

    def _store(self, batch: Sequence[Row], identities: Sequence[bytes], met: Future[None]) -> None:
        """Prepare these rows and send them, as soon as the suppliers they name are `met`."""
        self._writer.wait(met)
        known = self._look_up(batch, identities)
        ordinals = self._counting.ordinals(identities)
        for place in self._counting.repeated:
            self._again(batch[place].number)
        if self._repeats is not None and None in ordinals:
            self._writer.then(
                self._repeats.told(batch, identities, ordinals, self._counting.seen, known or {})
            )
        twins = self._pair(batch, ordinals)
        if len(self._writer.sums) > MOST_GROUPS:
            self._writer.wait()
            hand_over(self._session, self._writer.sums)
        self._writer.start()
        self._added += self._write(batch, identities, ordinals, twins)
        if known is None:
            self._writer.start()  # else the next ones are asked for first, and these sent meanwhile
        self._rows += len(batch)
        self._total += sum([row.amount for row in batch])
        if self._file is not None and batch:
            self._file.progress(self._rows)

    def _meet(self, facts: Sequence[SupplierFacts]) -> None:
        """Know who these suppliers are, and which of them report themselves."""
        if not facts:
            return
        anchor, actor_id = self._anchor, self._actor_id
        known = known_suppliers(self._session, anchor=anchor, facts=facts, actor_id=actor_id, at=self._at)
        mine = [known[each.identity] for each in facts]
        self._twins.know(mine)
        reporting = queries.reporting(self._session, mine)
        changes = days_of_change(self._session, [each.id for each in mine])
        for each in mine:
            reports = each.party_id in reporting.parties or each.kvk_number in reporting.numbers
            cuts = tuple(sorted(changes.get(each.id, ())))
            spans = self._spans.setdefault(cuts, Spans(cuts))
            invoices = self._invoices.of(each.party_id, each.kvk_number)
            self._payees.append(
                Payee(each.id, reports, reports and each.party_id is not None, invoices, spans)
            )

    def _look_up(
        self, batch: Sequence[Row], identities: Sequence[bytes]
    ) -> Mapping[bytes, Sequence[int]] | None:
        """Find what is stored already; None if no row is of the days on which something was stored before."""
        if self._span is None:
            return None
        first, last = self._span
        fresh = self._counting.unseen(identities)
        asked = {
            identity: (row.invoice_on, row.amount)
            for row, identity in zip(batch, identities, strict=True)
            if identity in fresh and (row.invoice_on is None or first <= row.invoice_on <= last)
        }
        if not asked:
            return None
        self._writer.wait()
        stored, lines = queries.stored(self._session, self._anchor.id, asked, self._undone)
        self._counting.know(stored)
        return lines

    def _pair(self, batch: Sequence[Row], ordinals: Sequence[int | None]) -> Sequence[int | None]:
        """For each row the stored line that it seems to be in other words, if any."""
        if self._twins.span is None:
            return [None] * len(batch)
        (first, last), payees = self._twins.span, self._payees
        fresh = [
            Fresh(payees[row.supplier].id, row.invoice_on, row.amount, key)
            if ordinal is not None and row.invoice_on is not None and first <= row.invoice_on <= last
            and (key := rules.document_key(row.document_number)) not in payees[row.supplier].invoices
            else None
            for row, ordinal in zip(batch, ordinals, strict=True)
        ]  # fmt: skip
        if not any(fresh):
            return [None] * len(batch)
        self._writer.wait()
        return self._twins.pair(fresh, self._counting.seen)

    def _write(
        self, batch: Sequence[Row], identities: Sequence[bytes], ordinals: Sequence[int | None],
        twins: Iterable[int | None],
    ) -> int:  # fmt: skip
        """Prepare the new lines for the table, but for those that must wait; how many."""
        added, aside = self._writer.write(batch, identities, ordinals, twins)
        paired = []
        for line, twin in aside:
            payee = self._payees[line.row.supplier]
            if line.row.credits_document or (twin or 0) < 0 or line.document_key in payee.invoices:
                self._waiting.append((line, twin))
            else:
                paired.append((line, Kind.CONFLICT, twin))
        self._writer.write_matched(paired)
        return added + len(paired)

    def _finish(self) -> list[Kind]:
        """Store the lines that waited; what each of them is."""
        matches = self._matches()
        days = queries.days_of_documents(
            self._session, self._anchor.id,
            {(each.supplier_id, rules.document_key(each.row.credits_document)) for each, _ in self._waiting},
        )  # fmt: skip
        lines = []
        for each, mark in self._waiting:
            twin = self._twins.settled(mark, each.row.amount)
            booked = Kind.BOOKED if twin is None else Kind.CONFLICT, twin
            kind, same_as = matches.get((each.supplier_id, each.document_key), booked)
            day = days.get(
                (each.supplier_id, rules.document_key(each.row.credits_document)), each.row.invoice_on
            )
            self._moved += [(each.row.invoice_on, day)] if day != each.row.invoice_on else []
            lines.append((each._replace(period_on=day), kind, same_as))
        self._writer.write_matched(lines)
        return [kind for _, kind, _ in lines]

    def _matches(self) -> dict[tuple[int, str], tuple[Kind, int]]:
        """For supplier and document: the invoice made here that is the same purchase, or clashes."""
        invoices = {payee.id: payee.invoices for payee in self._payees if payee.invoices}
        sums: dict[tuple[int, str], list[int]] = defaultdict(list)
        for each, _ in self._waiting:
            if each.document_key in invoices.get(each.supplier_id, ()):
                sums[each.supplier_id, each.document_key].append(each.row.amount)
        for one in queries.recorded_documents(self._session, self._anchor.id, list(sums)):
            sums[one.supplier_id, one.document_key].append(one.net_amount)
        found = {}
        for (supplier_id, key), amounts in sums.items():
            invoice = invoices[supplier_id][key]
            kind = rules.kind_of_match(amounts, invoice.net)
            found[supplier_id, key] = kind, invoice.id
            if kind is Kind.SAME:
                supplier = supplier_by_id(self._session, supplier_id)
                _link_by_invoice(self._session, supplier, invoice.party_id, self._at)
        return found


def _hold(session: Session, anchor: Organisation, *, dry: bool = False) -> None:
    """One recorder at a time per anchor, so that two people with one file add it once."""
    if anchor.anchor_type is None:
        raise NotAnAnchor
    asked = select(Organisation.id).where(Organisation.id == anchor.id)
    session.execute(asked if dry else asked.with_for_update(key_share=True))


def _link_by_invoice(session: Session, supplier: Supplier, party_id: int | None, at: datetime) -> None:
    """KvK number, document number and amount agree with an invoice of that party: it is that party. Nobody says so."""
    party = (
        session.get(Organisation, party_id) if party_id is not None and supplier.party_id is None else None
    )
    if party is not None:
        reason = "zelfde KvK-nummer, factuurnummer en bedrag als een factuur van hier"
        link_supplier(session, supplier=supplier, party=party, reason=reason, actor_id=None, at=at)


def record_invoice(
    session: Session, *, anchor: Organisation, seller: Organisation, line: LineFacts, invoice_id: int, at: datetime
) -> SpendLine | None:  # fmt: skip
    """Record an invoice made in this house as a purchase of its buyer; None when it was recorded before.

    A buyer that is no anchor has no figure, so nothing is recorded. Ledger lines that came earlier and are the
    same purchase keep counting; this row is then linked to them.
    """
    if anchor.anchor_type is None:
        return None
    _hold(session, anchor)
    after = rollups.mark(session)
    supplier = party_supplier(session, organisation=seller, at=at)
    if queries.holds_invoice(session, invoice_id):
        return None
    key = rules.document_key(line.document_number)
    earlier = queries.recorded_as(session, anchor.id, seller, key)
    kind = rules.kind_of_match([e.net_amount for e in earlier], line.amount.minor) if earlier else Kind.BOOKED
    if kind is Kind.SAME:
        for each in {e.supplier_id: e.supplier for e in earlier}.values():
            _link_by_invoice(session, each, supplier.party_id, at)
    original = supplier.id, rules.document_key(line.credits_document)
    days = queries.days_of_documents(session, anchor.id, [original] if line.credits_document else [])
    made = SpendLine(
        anchor_id=anchor.id, supplier_id=supplier.id, source=Source.INVOICE, kind=kind, weight=WEIGHT[kind],
        identity=UUID(digest(["invoice", invoice_id])[:32]), ordinal=1, document_number=line.document_number,
        document_key=key, invoice_on=line.invoice_on, period_on=days.get(original, line.invoice_on),
        net_amount=line.amount.minor, irrecoverable_vat_amount=line.irrecoverable_vat.minor, currency="EUR",
        description=line.description, cpv=line.cpv, category=rules.Categories(area_pack())[line.cpv],
        exclusion="X6" if seller.anchor_type is not None else None, contract_reference=line.contract_reference,
        contract_starts_on=line.contract_starts_on, contract_ends_on=line.contract_ends_on,
        tender_reference=line.tender_reference, invoice_id=invoice_id, same_as_id=earlier[0].id if earlier else None,
        reason="", recorded_at=at,
    )  # fmt: skip
    session.add(made)
    rollups.fold(session, anchor_id=anchor.id, after=after)
    return made


def hear_approved(session: Session, event: InvoiceApproved) -> None:
    """An approved invoice, or a credit note in the buyer's books, is a purchase of the buyer."""
    invoice = invoice_by_id(session, event.invoice_id)
    at = invoice.approved_at or invoice.sent_at or invoice.created_at
    anchor, line = session.get_one(Organisation, invoice.buyer_id), _facts_of(invoice)
    record_invoice(session, anchor=anchor, seller=invoice.seller, line=line, invoice_id=invoice.id, at=at)


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
