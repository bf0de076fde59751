"""A small trade for the tests of invoices and payments: two cooperatives, one anchor, an agreement."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session, sessionmaker

from cwb.identity import services as identity
from cwb.identity.models import Organisation, Party, User
from cwb.kernel import events
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.agreements.models import Agreement
from ledger.agreements.rules import AgreementLine
from ledger.agreements.services import make_agreement
from ledger.approval.services import approve_invoice
from ledger.feature import FEATURE
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import draft_invoice, send_invoice
from ledger.payments.models import Payment
from ledger.payments.services import record_payment
from tests import keeping
from tests.conftest import AT

IBAN = "NL91ABNA0417164300"
SELLER_VAT = "NL000099998B57"


def acting(user: User, organisation: Organisation, *roles: Role) -> Actor:
    """The user at work for an organisation."""
    return Actor(user.id, user.name, organisation.id, organisation.name, frozenset(roles))


@dataclass
class Trade:
    """Who trades with whom, and the acts of a whole trade with sensible facts."""

    session: Session
    at: datetime
    seller: Organisation
    partner: Organisation
    buyer: Organisation
    member: Actor
    partner_member: Actor
    purchaser: Actor
    colleague: Actor
    agreement: Agreement = field(init=False)
    keys: int = 0

    def agree(self, *lines: AgreementLine, **facts: Any) -> Agreement:
        """Another agreement."""
        self.keys += 1
        known = {
            "reference": f"C-2026-{self.keys:04}", "title": "Schoonmaak van het kantoor", "buyer_id": self.buyer.id,
            "suppliers": [(self.seller.id, 10_000)], "cpv": "90910000", "lines": lines or (work(),),
            "starts_on": date(2026, 1, 1), "ends_on": date(2027, 12, 31), "payment_days": 30, "at": self.at,
        }  # fmt: skip
        self.agreement = make_agreement(self.session, **(known | facts))
        return self.agreement

    def force(self, statement: str = "SELECT 1", **facts: object) -> None:
        """Go round the services, and let the deferred constraints speak."""
        self.session.execute(text(statement), facts)
        self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    def work(self, **facts: Any) -> AgreementLine:
        """A line of cleaning hours at 32.50."""
        return work(**facts)

    def draft(self, quantity: str | Decimal = "10", **facts: Any) -> Invoice:
        """A draft of the first line."""
        known = {
            "agreement": self.agreement, "seller_id": self.seller.id, "actor": self.member, "at": self.at,
            "quantities": {self.agreement.lines[0].id: Decimal(quantity)},
            "delivered_from": date(2026, 8, 1), "delivered_until": date(2026, 8, 31),
        }  # fmt: skip
        return draft_invoice(self.session, **(known | facts))

    def send(self, draft: Invoice | None = None, **facts: Any) -> Invoice:
        """A sent invoice."""
        made = draft or self.draft(**facts)
        return send_invoice(
            self.session,
            invoice=made,
            agreement=self.agreement,
            actor=self.member,
            at=facts.get("at", self.at),
        )

    def approve(self, invoice: Invoice, **facts: Any) -> Invoice:
        """An approved invoice (by one person)."""
        known = {"agreement": self.agreement, "delivered": True, "actor": self.purchaser, "at": self.at}
        return approve_invoice(self.session, invoice=invoice, **(known | facts))

    def pay(self, invoice: Invoice, amount: str | None = None, **facts: Any) -> Payment:
        """A payment of all that is open, or of an amount."""
        self.keys += 1
        known = {
            "amount": Money.of(amount) if amount else invoice.open, "paid_on": date(2026, 9, 1), "reference": "",
            "key": f"test:{self.keys}", "actor": self.purchaser, "at": self.at,
        }  # fmt: skip
        return record_payment(self.session, invoice=invoice, **(known | facts))


def work(**facts: Any) -> AgreementLine:
    """A line of cleaning hours at 32.50."""
    line = AgreementLine("Schoonmaak per uur", "HUR", Decimal(400), Decimal("32.50"), "standard")
    return replace(line, **facts)


class AtOnce:
    """Sessions on a committed database, and a way to start many acts together."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    @contextmanager
    def atomic(self) -> Iterator[Session]:
        """A session with the listeners of the ledger, committed at the end."""
        with self.sessions() as session:
            events.listen(session, FEATURE.listeners)
            with atomic(session):
                yield session

    def run(self, *acts: Callable[[Session], object]) -> list[object]:
        """What each act gave back, or the name of what it raised; all start at one moment."""
        gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

        def work(place: int, act: Callable[[Session], object]) -> None:
            gate.wait()
            try:
                with self.atomic() as session:
                    answers[place] = act(session)
            except Exception as fault:  # noqa: BLE001 (the test looks at it)
                answers[place] = type(fault).__name__

        threads = [threading.Thread(target=work, args=each) for each in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers


def _organisation(session: Session, at: datetime, number: int, **facts: Any) -> Organisation:
    known = {
        "name": f"Voorbeeld {number}", "kvk_number": f"8{number:07}", "legal_form": "cooperative",
        "street": "Voorbeeldstraat", "house_number": str(number), "postcode": "1069 AB", "city": "Amsterdam",
        "email": f"handel{number}@voorbeeld.example", "at": at,
    }  # fmt: skip
    return identity.register_organisation(session, **(known | facts))


def _person(session: Session, at: datetime, number: int, organisation: Organisation, role: Role) -> Actor:
    user = identity.register_user(
        session, email=f"handelaar{number}@voorbeeld.example", name=f"Voorbeeld Persoon {number}", password=None,
        locale="nl", at=at,
    )  # fmt: skip
    identity.grant_mandate(session, user=user, organisation=organisation, role=role, granted_by=None, at=at)
    user.totp_secret, user.totp_confirmed_at = b"", at
    session.flush()
    return acting(user, organisation, role)


def _build_trade(session: Session, at: datetime) -> Trade:
    """The small trade, in any session."""
    seller = _organisation(session, at, 1, iban=IBAN, vat_id=SELLER_VAT)
    partner = _organisation(session, at, 2, iban=IBAN, vat_id=SELLER_VAT)
    buyer = _organisation(
        session, at, 3, legal_form="public_body", anchor_type="municipality", is_contracting_authority=True
    )
    places = [(seller, Role.MEMBER), (partner, Role.MEMBER), (buyer, Role.PURCHASER), (buyer, Role.PURCHASER)]
    people = [_person(session, at, number, *place) for number, place in enumerate(places, start=1)]
    trade = Trade(session, at, seller, partner, buyer, *people)
    trade.agree()
    return trade


keeping.kept("trade", lambda session, _folder: _build_trade(session, AT))


@pytest.fixture
def trade(root: Trade) -> Trade:
    """The small trade."""
    return root


@pytest.fixture
def build_trade() -> Callable[[Session, datetime], Trade]:
    """Makes the small trade in a session that really commits."""
    return _build_trade


@pytest.fixture
def at_once(database_url: str) -> Iterator[AtOnce]:
    """Runs acts at the same moment, each in its own transaction of a really committed database."""
    engine = make_engine(database_url)
    yield AtOnce(make_sessions(engine))
    engine.dispose()


@pytest.fixture(scope="session")
def make_party() -> Callable[..., int]:
    """Makes a bare party in a session and gives its id."""

    def make(session: Session, name: str = "Coöperatie Groen") -> int:
        facts = {"public_id": uuid7(), "kind": "organisation", "name": name, "search_name": name.casefold()}
        since = datetime(2026, 1, 1, tzinfo=UTC)
        made = insert(Party).values(**facts, created_at=since).returning(Party.id)
        return session.execute(made).scalar_one()

    return make


@pytest.fixture
def party(session: Session, make_party: Callable[..., int]) -> int:
    """A party with books to post in."""
    made = make_party(session)
    session.commit()  # a refusal rolls back no further than here
    return made


@pytest.fixture
def other_party(session: Session, make_party: Callable[..., int]) -> int:
    """Another one."""
    made = make_party(session, "Stichting Zorg")
    session.commit()
    return made


@pytest.fixture
def bank(session: Session, party: int) -> Account:
    """Its account at the bank."""
    opened = open_account(session, party_id=party, role=AccountRole.BANK)
    session.commit()
    return opened


@pytest.fixture
def payable(session: Session, party: int) -> Account:
    """Its account of what it owes."""
    opened = open_account(session, party_id=party, role=AccountRole.PAYABLE)
    session.commit()
    return opened
