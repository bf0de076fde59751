"""The demo's contracts with pay and hours: one verified and seen by a second person, one that the buyer doubts."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from coops.wages.gateway import wages
from cwb.demo.rules import Agenda
from cwb.kernel.policy import Actor, Role
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.pay_statements import queries as pay
from procurement.pay_statements import services as pays
from procurement.pay_statements.rules import PayFacts
from procurement.resident_work import services
from procurement.resident_work.rules import Numbers, Verdict
from procurement.tenders.demo import Plot

PAPER = b"soort;aantal\nmensen;14\nuren;660\nbruto loon;11880\n"
TOLD = {
    "verified": Numbers(Decimal(660), Decimal(540), 12, Decimal(310), 6, Decimal(60), 1, 2, 2, 1),
    "doubted": Numbers(Decimal(1400), Decimal(1400), 9, Decimal(900), 7, Decimal(0), 0, 3, 2, 0),
}
DAYS_AGO = {"verified": 95, "doubted": 16}
"""Outcome → how long ago it was reported; a quarter has at most 92 days."""

DOUBT = "Alle uren zouden van bewoners zijn. In de zomer viel een ploeg van buiten in. Klopt dit?"


def story(agenda: Agenda) -> None:
    """One long enough ago to be in the figures of the last quarter, one in the last weeks; then what was paid."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if "work" in facts:
            plot = Plot(agenda, facts, number)
            agenda.at(agenda.day(DAYS_AGO[facts["work"]], 11, number), partial(_report, plot))
            agenda.at(agenda.day(16, 12, number), partial(_pay, plot))


def _signed(plot: Plot, session: Session) -> tuple[Contract, Actor]:
    """The contract, and the board of its supplier."""
    found = next(iter(contracts.of_tender(session, plot.tender(session).id).values()))
    contract = contracts.contract(session, found.number)
    key = next(
        key for key, value in plot.agenda.cast.items() if value == contract.supplier_id and "/" not in key
    )
    return contract, plot.agenda.actor(key, "board", Role.BOARD)


def _report(plot: Plot, session: Session, at: datetime) -> None:
    (contract, board), outcome = _signed(plot, session), plot.facts["work"]
    last = contract.starts_on + timedelta(days=90 if outcome == "verified" else 180)
    made = services.report_work(
        session, contract=contract, starts_on=contract.starts_on, ends_on=last, numbers=TOLD[outcome],
        year=wages().year(last), is_sure=False, note="", actor=board, at=at,
    )  # fmt: skip
    is_good = outcome == "verified"
    services.judge_work(
        session, contract=contract, report_id=made.public_id,
        verdict=Verdict.VERIFIED if is_good else Verdict.DOUBTED, reason="" if is_good else DOUBT,
        actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), at=at + timedelta(hours=3),
    )  # fmt: skip


def _pay(plot: Plot, session: Session, at: datetime) -> None:
    contract, board = _signed(plot, session)
    last = contract.starts_on + timedelta(days=180)
    made = pays.state_pay(
        session, contract=contract, actor=board, at=at, keys=plot.keys(), wage=wages().wage(last), content=PAPER,
        facts=PayFacts(contract.starts_on, last, 1680, plot.facts.get("cao", ""), 14, Decimal(660), 1_188_000),
        name="loonverklaring-voorbeeld.csv",
    )  # fmt: skip
    if plot.facts["work"] == "verified":
        pays.check_pay(
            session, statement=pay.statement(session, made.public_id), accepted=True, at=at + timedelta(hours=4),
            note="De uitdraai laat dit zien (voorbeeld).",
            actor=plot.agenda.actor("programma", "programme", Role.PROGRAMME),
        )  # fmt: skip
