"""A cooperative that collects its dues through its own bank, and what that bank tells."""

import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import text
from sqlalchemy.orm import Session

from coops.capital import queries as capital
from coops.capital import services as dues
from coops.collecting import services as collecting
from coops.debiting import services
from coops.members.models import Member
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.accounts.models import Account
from ledger.bank.models import BankEntry
from ledger.bank.services import add_account
from ledger.bankdesk.services import Taken, import_statements
from ledger.bankfiles.gateway import read
from ledger.debits import queries as files
from ledger.debits.models import DebitFile
from tests.coops.conftest import Club, found_club
from tests.ledger.bankdesk.conftest import SELLERS, camt

CREDITOR = "NL69ZZZ123456780000"
PAYER = "NL39RABO0300065264"
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}


@dataclass
class Debiting:
    """A cooperative and its bank."""

    session: Session
    club: Club
    at: datetime
    balance: int = 0
    statements: int = field(default=0)

    @property
    def home(self) -> int:
        """The cooperative."""
        return self.club.organisation.id

    @property
    def own(self) -> Actor:
        """The first member as an actor."""
        organisation = self.club.organisation
        return Actor(self.club.user.id, "", organisation.id, organisation.name, frozenset({Role.MEMBER}))

    def later(self, days: int) -> None:
        """Days pass."""
        self.at += timedelta(days=days)

    def paper(self, place: int = 0, **facts):
        """A member signed on paper."""
        known = {"iban": PAYER, "holder": f"Lid {place + 1}", "signed_on": local_date(self.at)}
        return services.give_on_paper(
            self.session, member=self.club.members[place], actor=self.club.board, at=self.at, **(known | facts)
        )  # fmt: skip

    def announced(self, count: int = 2) -> None:
        """Mandates of the first members; dues are asked and announced, and a file for them may be made."""
        for place in range(count):
            self.paper(place)
        self.announce()

    def announce(self) -> None:
        """Dues are asked and announced, and a file for them may be made."""
        dues.run_dues(self.session, actor=self.club.board, at=self.at)
        collecting.announce(self.session, organisation_id=self.home, at=self.at)
        self.later(25)

    def file(self) -> DebitFile:
        """A file for the bank."""
        made = services.make_file(self.session, actor=self.club.board, at=self.at)
        return self.look(made)

    def look(self, made: DebitFile) -> DebitFile:
        """The file as it stands."""
        return files.file(self.session, made.public_id, self.home)

    def take(self, *rows: str, days: int = 0) -> Taken:
        """The bank's statement arrives."""
        self.later(days)
        moved = sum(_moved(each) for each in rows)
        opening, self.balance = self.balance, self.balance + moved
        self.statements += 1
        content = camt(
            f"S{self.statements}", f"{opening / 100:.2f}", f"{self.balance / 100:.2f}", *rows,
            day=local_date(self.at).isoformat(),
        )  # fmt: skip
        return self.read(content)

    def read(self, content: bytes) -> Taken:
        """A file of the bank is taken in."""
        taken = Taken()
        import_statements(
            self.session, read(lambda: io.BytesIO(content)), checksum="0" * 64, party=self.club.organisation,
            actor=self.club.board, at=self.at, taken=taken,
        )  # fmt: skip
        self.session.flush()
        self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        self.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        return taken

    def owed(self, place: int = 0) -> int:
        """Dues of a member that are open, in cents."""
        member = self.session.get_one(Member, self.club.members[place].id)
        return capital.holdings(self.session, [member])[0].pots[dues.Pot.DUES]

    def bank(self) -> int:
        """The bank in the books, in cents."""
        found = self.session.query(Account).filter_by(party_id=self.home, role="bank", currency="EUR")
        return sum(each.posted for each in found.execution_options(populate_existing=True))

    def states(self) -> list[tuple[str, str]]:
        """State and fault of the entries of the bank."""
        rows = self.session.query(BankEntry).order_by(BankEntry.id)
        return [(each.state.value, each.fault) for each in rows]


def _moved(row: str) -> int:
    found = etree.fromstring(row)
    cents = int(found.findtext("Amt").replace(".", ""))
    return cents if found.findtext("CdtDbtInd") == "CRDT" else -cents


def entry(amount: str, *parts: str, group: str = "", ref: str = "", day: str = "2026-10-01") -> str:
    """One entry of a statement with payments in it, in the order of the schema."""
    side = "DBIT" if amount.startswith("-") else "CRDT"
    batch = f"<Btch><PmtInfId>{group}</PmtInfId></Btch>" if group else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount.removeprefix("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls>{batch}{''.join(parts)}"
        "</NtryDtls></Ntry>"
    )


def part(mark: str, amount: str, code: str = "") -> str:
    """One payment in an entry; with the bank's reason where it went back."""
    reason = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{mark}</EndToEndId><MndtId>LID1-B1</MndtId></Refs>"
        f'<Amt Ccy="EUR">{amount}</Amt>{reason}</TxDtls>'
    )


def begin_debiting(session: Session, club: Club, at: datetime) -> Debiting:
    """The contract with the bank, the terms, and an account that statements come of."""
    services.set_creditor(session, creditor_id=CREDITOR, iban=SELLERS, version=0, actor=club.board, at=at)
    collecting.set_terms(session, notice_days=14, words="Contributie", version=0, actor=club.board, at=at)
    add_account(session, party=club.organisation, number=SELLERS, blocked=False, actor=club.board, at=at)
    session.flush()
    return Debiting(session, club, at)


@pytest.fixture
def debiting(session, make_organisation, make_user, at) -> Debiting:
    """A cooperative that collects through its bank, with three members, whose listeners hear."""
    organisation = make_organisation()
    club = found_club(session, organisation, make_user((Role.BOARD, organisation)), at)
    made = begin_debiting(session, club, at)
    session.commit()
    return made
