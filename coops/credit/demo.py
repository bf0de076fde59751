"""The example's fund: two grants, an advance that came back, one that runs, one that was refused."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.credit import queries, services
from coops.credit.models import CreditApplication
from coops.credit.services import Wish
from coops.fund.queries import fund
from coops.fund.rules import TermsFacts
from coops.fund.services import add_grant, open_fund, set_terms
from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from ledger.advances import queries as advances
from ledger.advances.services import pass_on
from ledger.agreements.models import Agreement, AgreementSupplier
from ledger.demo.demo import actor_of

KEEPER, DECIDER = "programma/programme", "programma/alliance"

GRANTS = (
    (
        "Vermogensfonds Voorbeeld (voorbeeld)",
        5_000_000,
        300,
        "Daarna vult de opbrengst van de kosten het fonds aan.",
    ),
    (
        "Woningcorporatie De Voorbeeldhoek (voorbeeld)",
        2_500_000,
        60,
        "De corporatie maakt er een gewone post van.",
    ),
)
"""Source, cents, days that it still runs, how it goes over to regular money."""


def story(agenda: Agenda) -> None:
    """The programme opens the fund in the summer; three cooperatives ask on what their contract still pays."""
    agenda.at(agenda.day(120, 9), partial(_open, agenda))
    agenda.at(agenda.day(100, 9), partial(_ask, agenda, "cleaning3", 500_000, "approved", 1))
    agenda.at(agenda.day(24, 9), partial(_ask, agenda, "green1", 900_000, "approved", 0))
    agenda.at(agenda.day(15, 9), partial(_ask, agenda, "catering2", 800_000, "refused", 0))


def _open(agenda: Agenda, session: Session, at: datetime) -> None:
    keeper, today = actor_of(agenda, session, KEEPER), local_date(at)
    made = open_fund(
        session, name="Vliegwielfonds Nieuw-West (voorbeeld)", kvk_number="90000910", iban="NL55CWBX0000000910",
        actor=keeper, at=at,
    )  # fmt: skip
    for source, cents, days, hand_over in GRANTS:
        add_grant(
            session, fund=made, source=source, amount=Money(cents), received_on=today,
            ends_on=local_date(agenda.ends_at) + timedelta(days=days), hand_over=hand_over, actor=keeper, at=at,
        )  # fmt: skip
    terms = TermsFacts(today, Decimal("0.03"), 1_500_000, 9_000, 3_000)
    set_terms(session, fund=made, facts=terms, actor=keeper, at=at)


def _ask(
    agenda: Agenda, key: str, cents: int, verdict: str, seen: int, session: Session, at: datetime
) -> None:
    """Ask on the cooperative's first contract; a day later it is decided."""
    own = agenda.cast[key]
    agreement_id = session.scalar(
        select(Agreement.id)
        .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
        .where(AgreementSupplier.party_id == own)
        .order_by(Agreement.id)
        .limit(1)
    )
    wish = Wish(
        Money(cents), local_date(at) + timedelta(days=90), "Lonen en materiaal voor de eerste maanden van het werk.",
        "Uit de betalingen van dit contract, maand voor maand.",
    )  # fmt: skip
    made = services.ask(
        session, fund=fund(session), invoice_id=None, agreement_id=agreement_id, wish=wish,
        actor=actor_of(agenda, session, f"{key}/board"), at=at,
    )  # fmt: skip
    agenda.at(at + timedelta(days=1), partial(_decide, agenda, key, made.public_id, verdict, seen))


def _decide(
    agenda: Agenda, key: str, public_id: object, verdict: str, seen: int, session: Session, at: datetime
) -> None:
    approved = verdict == "approved"
    reasons = "Het contract is zeker en het bedrag past in twee maanden werk (voorbeeld)."
    if not approved:
        reasons = "Het plan noemt geen kosten. Vraag opnieuw met een begroting (voorbeeld)."
    services.decide(
        session, application=_found(session, public_id), approved=approved, reasons=reasons, conditions="",
        actor=actor_of(agenda, session, DECIDER), at=at,
    )  # fmt: skip
    if approved:
        agenda.at(at + timedelta(hours=3), partial(_sign, agenda, key, public_id, seen))


def _sign(agenda: Agenda, key: str, public_id: object, seen: int, session: Session, at: datetime) -> None:
    found = _found(session, public_id)
    board = actor_of(agenda, session, f"{key}/board")
    services.sign_deed(session, application=found, agreed=True, actor=board, at=at)
    agenda.at(at + timedelta(days=1), partial(_pay_out, agenda, public_id, seen))


def _pay_out(agenda: Agenda, public_id: object, seen: int, session: Session, at: datetime) -> None:
    keeper = actor_of(agenda, session, KEEPER)
    found = services.pay_out(
        session, application=_found(session, public_id), paid_on=local_date(at), actor=keeper, at=at
    )
    if seen:
        buyer = next(name for name, one in agenda.cast.items() if one == found.debtor_id and "/" not in name)
        purchaser = actor_of(agenda, session, f"{buyer}/purchaser1")
        services.see_notice(session, application=found, actor=purchaser, at=at)
        agenda.at(at + timedelta(days=80), partial(_pass_on, agenda))


def _pass_on(agenda: Agenda, session: Session, at: datetime) -> None:
    """The keeper pays on what came in above what was owed."""
    keeper, party_id = actor_of(agenda, session, KEEPER), fund(session).organisation_id
    for each in advances.to_pass_on(session, party_id):
        held = advances.receipt_locked(session, each.public_id, party_id)
        pass_on(session, receipt=held, paid_on=local_date(at), actor=keeper, at=at)


def _found(session: Session, public_id: object) -> CreditApplication:
    return session.scalars(
        select(CreditApplication).where(CreditApplication.public_id == public_id).options(*queries.whole())
    ).one()
