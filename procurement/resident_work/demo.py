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
DOUBT = "Alle uren zouden van bewoners zijn. In de zomer viel een ploeg van buiten in. Klopt dit?"


def story(agenda: Agenda) -> None:
    """In the last weeks of the year, after half a year of work."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if "work" in facts:
            agenda.at(agenda.day(16, 11, number), partial(_report, Plot(agenda, facts, number)))


def _report(plot: Plot, session: Session, at: datetime) -> None:
    found = next(iter(contracts.of_tender(session, plot.tender(session).id).values()))
    contract, outcome = contracts.contract(session, found.number), plot.facts["work"]
    key = next(
        key for key, value in plot.agenda.cast.items() if value == contract.supplier_id and "/" not in key
    )
    board = plot.agenda.actor(key, "board", Role.BOARD)
    last = contract.starts_on + timedelta(days=180)
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
    _pay(plot, session, contract, board, at)


def _pay(plot: Plot, session: Session, contract: Contract, board: Actor, at: datetime) -> None:
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
