"""The demo's answer to a red flag: one purchaser says how close prices came about."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from procurement.advice.gateway import law
from procurement.flags import services
from procurement.flags.gateway import limits
from procurement.tenders.demo import Plot

ANSWER = "De prijzen volgen het cao-loon en de opgegeven uren. Daarom liggen zij dicht bij elkaar."


def story(agenda: Agenda) -> None:
    """Near the end of the year, when there is something to compare with."""
    agenda.at(agenda.day(3, 15), partial(_answer, agenda))


def _answer(agenda: Agenda, session: Session, at: datetime) -> None:
    for number, facts in enumerate(agenda.facts["tenders"]):
        if facts["anchor"] != "gemeente" or f"tender/{number}" not in agenda.cast:
            continue
        plot = Plot(agenda, facts, number)
        actor = plot.actor(session, "gemeente/purchaser1")
        for each in services.visible(
            session, actor=actor, law=law(), limits=limits(), number=plot.tender(session).number
        ):
            for finding in each.raised:
                services.answer_flag(
                    session, tender_id=each.case.tender_id, lot=each.case.lot, code=finding.code, reason=ANSWER,
                    law=law(), limits=limits(), actor=actor, at=at,
                )  # fmt: skip
                return
