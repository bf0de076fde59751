"""A bank for the small trade: statements as camt.053, taken in."""

import io
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from ledger.bank import queries
from ledger.bank.models import BankAccount, BankBooking, BankEntry
from ledger.bank.services import add_account
from ledger.bankdesk.services import Taken, import_statements
from ledger.bankfiles.gateway import read

SELLERS, BUYERS, STRANGE = "NL69INGB0123456789", "NL39RABO0300065264", "NL02ABNA0123456789"


def row(
    amount,
    reference="",
    *,
    ref="",
    mark="",
    text="",
    iban=BUYERS,
    name="Klant",
    day="2026-09-01",
    currency="EUR",
):
    """One entry; `reference` may be several, separated by a blank."""
    side, other = ("CRDT", "Dbtr") if not amount.startswith("-") else ("DBIT", "Cdtr")
    strd = "".join(f"<Strd><CdtrRefInf><Ref>{each}</Ref></CdtrRefInf></Strd>" for each in reference.split())
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount.removeprefix("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>"
        f"{mark or 'NOTPROVIDED'}</EndToEndId></Refs><RltdPties><{other}><Nm>{name}</Nm></{other}><{other}Acct><Id><IBAN>"
        f"{iban}</IBAN></Id></{other}Acct></RltdPties><RmtInf><Ustrd>{text}</Ustrd>{strd}</RmtInf></TxDtls></NtryDtls>"
        "</Ntry>"
    )


def camt(number, opening, closing, *rows, iban=SELLERS, day="2026-09-01"):
    """A statement of one day."""
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount.removeprefix("-")}</Amt><CdtDbtInd>'
        f"{'DBIT' if amount.startswith('-') else 'CRDT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>{number}</Id><Acct>'
        f"<Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{''.join(rows)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


@dataclass
class Desk:
    """The bank desks of seller and buyer."""

    trade: object
    seller: BankAccount = field(init=False)
    buyer: BankAccount = field(init=False)

    def take(self, content, *, party=None, actor=None):
        """Take a file in; what it did."""
        taken = Taken()
        import_statements(
            self.trade.session, read(lambda: io.BytesIO(content)), checksum="0" * 64, party=party, actor=actor,
            at=self.trade.at, taken=taken,
        )  # fmt: skip
        self.trade.force()
        self.trade.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        return taken

    def rows(self):
        """All entries, in the order they came."""
        return self.trade.session.query(BankEntry).order_by(BankEntry.id).all()

    def entry(self, place=-1):
        """One entry with its account."""
        made = self.rows()[place]
        account = self.trade.session.get_one(BankAccount, made.account_id)
        return queries.entry(self.trade.session, made.public_id, account.party_id or 0, lock=True)

    def bookings(self):
        """Kind, cents and why of all bookings."""
        found = self.trade.session.query(BankBooking).order_by(BankBooking.id)
        return [(each.kind.value, each.amount, each.why.value) for each in found]


@pytest.fixture
def desk(trade):
    """Both have an account."""
    made = Desk(trade)
    made.seller = add_account(
        trade.session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
    )
    made.buyer = add_account(
        trade.session, party=trade.buyer, number=BUYERS, blocked=False, actor=trade.purchaser, at=trade.at
    )
    return made
