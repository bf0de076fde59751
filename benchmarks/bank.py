"""How fast a bank statement comes in: read, told apart from what is there, matched, booked where it names an invoice.

Yardstick: lxml reading the same file once, keeping nothing. One entry in a thousand carries the reference of an open
invoice and is booked in both parties' books; the others wait on the work list. The importing process is a fresh one, so
that its memory is its own.
"""

import resource
import time
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.imports import AT, database, make_anchor, session_of
from cwb.identity.models import Organisation
from cwb.identity.services import grant_mandate, register_organisation, register_user
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from ledger.agreements.models import Agreement
from ledger.agreements.rules import AgreementLine
from ledger.agreements.services import make_agreement
from ledger.approval.services import approve_invoice
from ledger.bank.services import add_account
from ledger.bankdesk.services import Taken, import_statements
from ledger.bankfiles.gateway import read
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import draft_invoice, send_invoice

ENTRIES = {"small": 2_000, "normal": 100_000, "large": 300_000}
MOST_SECONDS, MOST_MEGABYTES = 30, 300
"""Asked of 100,000 entries."""
ENTRIES_OF_AN_INVOICE = 1_000
IBAN, PAYERS = "NL69INGB0123456789", "NL39RABO0300065264"


class Imported(NamedTuple):
    """What an import did and cost."""

    added: int
    matched: int
    seconds: float
    megabytes: float


def run(size: str, url: str) -> list[dict[str, Any]]:
    """Entries per second of an import and of the same file again, and the memory it takes."""
    count = ENTRIES[size]
    most = MOST_SECONDS * count / ENTRIES["normal"]
    with TemporaryDirectory() as folder, database(url) as made:
        seller_id, references = _trade(made, count // ENTRIES_OF_AN_INVOICE)
        file = Path(folder) / "camt053.xml"
        write_file(file, count, references)
        start = time.perf_counter()
        for _, element in etree.iterparse(str(file)):
            element.clear()
        bare = time.perf_counter() - start
        first, again = (_apart(made, str(file), seller_id) for _ in range(2))
    if (first.added, first.matched, again.added) != (count, len(references), 0):
        raise AssertionError((first, again))
    figures = [
        {
            "name": f"{what}, {count} entries", "unit": "entries/s", "figure": round(count / done.seconds),
            "yardstick": round(count / bare), "yardstick_name": "lxml reading the same file once",
            "ratio": round(bare / done.seconds, 3), "target": round(bare / most, 3), "reached": done.seconds <= most,
            "note": f"{done.seconds:.1f} s, asked: {MOST_SECONDS} s for 100,000; {done.matched} booked",
        }
        for what, done in (("import of a statement", first), ("the same file again", again))
    ]  # fmt: skip
    return [
        *figures,
        {
            "name": "memory of the importing process", "unit": "MB", "figure": round(first.megabytes),
            "yardstick": MOST_MEGABYTES, "yardstick_name": "most that is asked, in MB",
            "ratio": round(MOST_MEGABYTES / first.megabytes, 2), "target": 1.0,
            "reached": first.megabytes <= MOST_MEGABYTES, "note": "",
        },
    ]  # fmt: skip


def write_file(file: Path, entries: int, references: list[tuple[str, Decimal]]) -> None:
    """A camt.053 of one day: strangers who pay ten euro, and here and there somebody who pays an invoice."""
    rows = [("", Decimal(10))] * entries
    for place, each in enumerate(references):
        rows[place * ENTRIES_OF_AN_INVOICE] = each
    closing = sum((amount for _, amount in rows), Decimal(0))
    with file.open("w", encoding="utf-8") as out:
        out.write(
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S1</Id><Acct>'
            f"<Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{_balance('OPBD', Decimal(0))}"
            f"{_balance('CLBD', closing)}\n"
        )
        for place, (reference, amount) in enumerate(rows):
            said = (
                f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>"
                if reference
                else f"<Ustrd>factuur {place} dank u</Ustrd>"
            )
            out.write(
                f'<Ntry><NtryRef>{place}</NtryRef><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>'
                f"<Cd>BOOK</Cd></Sts><BookgDt><Dt>{AT:%Y-%m-%d}</Dt></BookgDt><AcctSvcrRef>ASR-{place}</AcctSvcrRef><BkTxCd><Domn>"
                "<Cd>PMNT</Cd></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
                f"<EndToEndId>PAY-{place}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Klant {place}</Nm></Pty></Dbtr>"
                f"<DbtrAcct><Id><IBAN>{PAYERS}</IBAN></Id></DbtrAcct></RltdPties><RmtInf>{said}</RmtInf></TxDtls>"
                "</NtryDtls></Ntry>\n"
            )
        out.write("</Stmt></BkToCstmrStmt></Document>\n")


def _balance(code: str, amount: Decimal) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{AT:%Y-%m-%d}</Dt></Dt></Bal>"
    )


def _trade(url: str, count: int) -> tuple[int, list[tuple[str, Decimal]]]:
    """A seller with an account and so many approved invoices: its id, their references and totals."""
    buyer_id = make_anchor(url)
    with session_of(url) as session, atomic(session):
        seller = register_organisation(
            session, name="Schoon Samen (voorbeeld)", kvk_number="81234567", legal_form="cooperative", street="Plein",
            house_number="2", postcode="1069 AB", city="Amsterdam", email="geld@voorbeeld.example", iban=IBAN,
            vat_id="NL123456782B90", at=AT,
        )  # fmt: skip
        buyer = session.get_one(Organisation, buyer_id)
        member, purchaser = _person(session, seller, Role.MEMBER), _person(session, buyer, Role.PURCHASER)
        add_account(session, party=seller, number=IBAN, blocked=False, actor=member, at=AT)
        work = AgreementLine("Schoonmaak per uur", "HUR", Decimal(1_000_000), Decimal("32.50"), "standard")
        agreement = make_agreement(
            session, reference="C-2026-0001", title="Schoonmaak", buyer_id=buyer_id, suppliers=[(seller.id, 10_000)],
            cpv="90910000", lines=[work], starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31), payment_days=30,
            at=AT,
        )  # fmt: skip
        made = [_invoice(session, agreement, member, purchaser) for _ in range(count)]
        return seller.id, [(each.payment_reference or "", Decimal(each.open.plain())) for each in made]


def _person(session: Session, organisation: Organisation, role: Role) -> Actor:
    user = register_user(
        session,
        email=f"{role}@voorbeeld.example",
        name=f"Voorbeeld {role}",
        password=None,
        locale="nl",
        at=AT,
    )
    grant_mandate(session, user=user, organisation=organisation, role=role, granted_by=None, at=AT)
    return Actor(user.id, user.name, organisation.id, organisation.name, frozenset({role}))


def _invoice(session: Session, agreement: Agreement, member: Actor, purchaser: Actor) -> Invoice:
    made = draft_invoice(
        session, agreement=agreement, seller_id=member.organisation_id or 0, actor=member, at=AT,
        quantities={agreement.lines[0].id: Decimal(10)}, delivered_from=date(2026, 10, 1),
        delivered_until=date(2026, 10, 31),
    )  # fmt: skip
    sent = send_invoice(session, invoice=made, agreement=agreement, actor=member, at=AT)
    return approve_invoice(session, invoice=sent, agreement=agreement, delivered=True, actor=purchaser, at=AT)


def _apart(url: str, file: str, party_id: int) -> Imported:
    """Import in a fresh process."""
    with get_context("spawn").Pool(1) as pool:
        return Imported(*pool.apply(import_file, (url, file, party_id)))


def import_file(url: str, file: str, party_id: int) -> tuple[int, int, float, float]:
    """Import a file whole: new entries, booked ones, seconds, megabytes."""
    content, taken = Path(file), Taken()
    with session_of(url) as session, atomic(session):
        start = time.perf_counter()
        party = session.scalars(select(Organisation).where(Organisation.id == party_id)).one()
        import_statements(
            session,
            read(lambda: content.open("rb")),
            checksum="0" * 64,
            party=party,
            actor=None,
            at=AT,
            taken=taken,
        )
    took = time.perf_counter() - start
    return taken.added, taken.matched, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
