"""A fund with money, a cooperative with an approved invoice, and everybody around it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coops.credit import services
from coops.credit.models import CreditApplication
from coops.credit.services import Wish
from coops.feature import FEATURE
from coops.fund.models import Fund
from coops.fund.rules import TermsFacts
from coops.fund.services import add_grant, open_fund, set_terms
from coops.register.models import Cooperative
from coops.register.services import register_cooperative
from cwb.identity import services as identity
from cwb.identity.models import Organisation, User
from cwb.kernel import events
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.agreements.models import Agreement
from ledger.agreements.queries import agreement_by_id
from ledger.agreements.rules import AgreementLine
from ledger.agreements.services import make_agreement
from ledger.approval.services import approve_invoice
from ledger.feature import FEATURE as LEDGER
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import draft_invoice, send_invoice
from ledger.payments.services import record_payment

IBAN = "NL91ABNA0417164300"


@dataclass
class Wheel:
    """Who is who, and the acts of a whole turn of the wheel with sensible facts."""

    session: Session
    at: datetime
    fund: Fund
    coop: Organisation
    anchor: Organisation
    agreement: Agreement
    people: dict[str, Actor]
    users: dict[str, User]
    keys: int = 0

    @property
    def today(self) -> date:
        """The day of it all."""
        return local_date(self.at)

    def invoice(self, session: Session | None = None) -> Invoice:
        """An approved invoice of 1,210 euro."""
        session = session or self.session
        agreement = agreement_by_id(session, self.agreement.id)
        made = draft_invoice(
            session, agreement=agreement, seller_id=self.coop.id,
            quantities={agreement.lines[0].id: Decimal(10)}, delivered_from=self.today - timedelta(days=20),
            delivered_until=self.today, actor=self.people["board"], at=self.at,
        )  # fmt: skip
        send_invoice(session, invoice=made, agreement=agreement, actor=self.people["board"], at=self.at)
        return approve_invoice(
            session, invoice=made, agreement=agreement, delivered=True, actor=self.people["purchaser"], at=self.at
        )  # fmt: skip

    def ask(
        self, invoice: Invoice | None = None, session: Session | None = None, **facts: Any
    ) -> CreditApplication:
        """An application on an invoice, or on the contract."""
        wish = Wish(
            Money(50_000), self.today + timedelta(days=30), "Lonen van deze maand", "Uit deze betaling"
        )
        return services.ask(
            session or self.session, fund=self.fund, invoice_id=invoice.id if invoice else None,
            agreement_id=None if invoice else self.agreement.id, wish=replace(wish, **facts),
            actor=self.people["board"], at=self.at,
        )  # fmt: skip

    def decide(
        self, made: CreditApplication, session: Session | None = None, **facts: Any
    ) -> CreditApplication:
        """A yes of the second person of the programme."""
        known = {
            "approved": True,
            "reasons": "Het werk is zeker",
            "conditions": "",
            "actor": self.people["decider"],
        }
        return services.decide(session or self.session, application=made, at=self.at, **(known | facts))

    def sign(
        self, made: CreditApplication, session: Session | None = None, **facts: Any
    ) -> CreditApplication:
        """The board's signature."""
        known = {"agreed": True, "actor": self.people["board"], "at": self.at}
        return services.sign_deed(session or self.session, application=made, **(known | facts))

    def pay_out(self, made: CreditApplication, **facts: Any) -> CreditApplication:
        """The fund's payment."""
        known = {"paid_on": self.today, "actor": self.people["payer"], "at": self.at}
        return services.pay_out(self.session, application=made, **(known | facts))

    def running(self, invoice: Invoice | None = None) -> CreditApplication:
        """Asked, approved, signed and paid out."""
        return self.pay_out(self.sign(self.decide(self.ask(invoice))))

    def pay(self, invoice: Invoice, amount: Money | None = None, **facts: Any) -> None:
        """The anchor's payment."""
        self.keys += 1
        record_payment(
            self.session, invoice=invoice, amount=amount or invoice.open, paid_on=self.today, reference="",
            key=f"test:{self.keys}", actor=self.people["purchaser"], at=self.at, **facts,
        )  # fmt: skip


def _organisation(session: Session, at: datetime, number: int, **facts: Any) -> Organisation:
    known = {
        "name": f"Voorbeeld {number}", "kvk_number": f"8{number:07}", "legal_form": "cooperative",
        "street": "Voorbeeldstraat", "house_number": str(number), "postcode": "1069 AB", "city": "Amsterdam",
        "email": f"krediet{number}@voorbeeld.example", "at": at,
    }  # fmt: skip
    return identity.register_organisation(session, **(known | facts))


def _person(session: Session, at: datetime, name: str, organisation: Organisation, role: Role) -> User:
    user = identity.register_user(
        session,
        email=f"{name}@voorbeeld.example",
        name=f"Voorbeeld {name}",
        password=None,
        locale="nl",
        at=at,
    )
    identity.grant_mandate(session, user=user, organisation=organisation, role=role, granted_by=None, at=at)
    return user


def _build(session: Session, at: datetime, lock: Callable[[User], None]) -> Wheel:
    coop = _organisation(session, at, 61, iban=IBAN, vat_id="NL000099998B57")
    anchor = _organisation(
        session, at, 62, legal_form="public_body", anchor_type="municipality", is_contracting_authority=True
    )
    bureau = _organisation(session, at, 63, legal_form="foundation", is_programme=True)
    places = {
        "board": (coop, Role.BOARD), "purchaser": (anchor, Role.PURCHASER), "decider": (bureau, Role.ALLIANCE),
        "payer": (bureau, Role.PROGRAMME), "third": (bureau, Role.ALLIANCE), "coach": (bureau, Role.PROGRAMME),
    }  # fmt: skip
    users, people = {}, {}
    for name, (home, role) in places.items():
        users[name] = _person(session, at, name, home, role)
        lock(users[name])
        people[name] = Actor(users[name].id, users[name].name, home.id, home.name, frozenset({role}))
    profile: Cooperative = register_cooperative(
        session, organisation=coop, kind="worker", description="Schoon", sectors=["cleaning"], languages=[],
        user_id=users["board"].id, at=at,
    )  # fmt: skip
    profile.coach_id = users["coach"].id
    keeper = people["payer"]
    fund = open_fund(
        session, name="Vliegwiel (voorbeeld)", kvk_number="80000064", iban=IBAN, actor=keeper, at=at
    )
    today = local_date(at)
    add_grant(
        session, fund=fund, source="Fonds Voorbeeld", amount=Money(1_000_000), received_on=today,
        ends_on=today + timedelta(days=400), hand_over="Daarna uit de opbrengst", actor=keeper, at=at,
    )  # fmt: skip
    terms = TermsFacts(today, Decimal("0.04"), 500_000, 9_000, 5_000)
    set_terms(session, fund=fund, facts=terms, actor=keeper, at=at)
    agreement = make_agreement(
        session, reference="C-2026-0900", title="Schoonmaak", buyer_id=anchor.id, suppliers=[(coop.id, 10_000)],
        cpv="90910000", lines=[AgreementLine("Schoonmaak", "HUR", Decimal(100), Decimal(100), "standard")],
        starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=300), payment_days=30, at=at,
    )  # fmt: skip
    return Wheel(session, at, fund, coop, anchor, agreement, people, users)


@pytest.fixture
def build_wheel() -> Callable[[Session, datetime], Wheel]:
    """Makes all of it in a session that really commits."""

    def lock(user: User) -> None:
        user.totp_secret = b""

    def build(session: Session, at: datetime) -> Wheel:
        def locked(user: User) -> None:
            lock(user)
            user.totp_confirmed_at = at

        return _build(session, at, locked)

    return build


@pytest.fixture
def wheel(session: Session, at: datetime, build_wheel: Callable[[Session, datetime], Wheel]) -> Wheel:
    """All of it, rolled back at the end."""
    events.listen(session, {**LEDGER.listeners, **FEATURE.listeners})
    return build_wheel(session, at)
