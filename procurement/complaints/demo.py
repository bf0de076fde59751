"""The demo's complaints: one answered with a measure, one that waits; and a standstill that runs a week longer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from procurement.complaints import queries, services
from procurement.complaints.gateway import term
from procurement.complaints.rules import About, State
from procurement.standstill import services as standstill
from procurement.standstill.rules import last_day
from procurement.tenders.demo import Plot
from procurement.tenders.models import Tender

WRONG = "U vraagt een referentie van hetzelfde werk. Een jonge coöperatie heeft die nog niet."
WISH = "Laat ook vergelijkbaar werk meetellen."
UNCLEAR = "In de antwoorden staat niet of het materiaal bij de prijs hoort. Zo kunnen wij niet rekenen."
ANSWER = "U hebt gelijk dat vergelijkbaar werk genoeg is. Zo was de eis ook bedoeld."


def story(agenda: Agenda) -> None:
    """In the last week of the year."""
    agenda.at(agenda.day(5, 11), partial(_complain, agenda))
    agenda.at(agenda.day(3, 16), partial(_extend, agenda))


def _in(agenda: Agenda, session: Session, *stages: str) -> Iterator[tuple[Plot, Tender]]:
    """The municipality's tenders that play so, published by now."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        is_theirs = facts["anchor"] == "gemeente" and facts["stage"] in stages
        if is_theirs and "procedure" not in facts and f"tender/{number}" in agenda.cast:
            plot = Plot(agenda, facts, number)
            tender = plot.tender(session)
            if tender.published_at is not None:
                yield plot, tender


def _complain(agenda: Agenda, session: Session, at: datetime) -> None:
    found = list(_in(agenda, session, "open", "questions_closed"))[:2]
    for (plot, tender), who, words in zip(
        found, ("green1/board", "cleaning3/board"), ((WRONG, WISH), (UNCLEAR, WISH)), strict=False
    ):
        made = services.complain(
            session, tender=tender, about=About.REQUIREMENTS, text=words[0], wish=words[1], term=term(local_date(at)),
            actor=plot.actor(session, who), at=at,
        )  # fmt: skip
        if who.startswith("green"):
            agenda.at(at + timedelta(days=1), partial(_answer, plot, made.id))


def _answer(plot: Plot, complaint_id: int, session: Session, at: datetime) -> None:
    services.answer_complaint(
        session, complaint=queries.locked(session, complaint_id), state=State.UPHELD, answer=ANSWER,
        measure="Wij zetten dit in de volgende nota van inlichtingen.",
        summary="Een inschrijver vond de eis over referenties te streng. Vergelijkbaar werk telt mee.",
        actor=plot.actor(session, f"{plot.facts['anchor']}/assessor1"), at=at,
    )  # fmt: skip


def _extend(agenda: Agenda, session: Session, at: datetime) -> None:
    for plot, tender in _in(agenda, session, "standstill"):
        if tender.standstill_until is not None and at < tender.standstill_until:
            standstill.extend(
                session, tender=tender, last_day=last_day(tender.standstill_until) + timedelta(days=7),
                reason="Een inschrijver vroeg om uitleg. Wij nemen de tijd om die goed te geven.",
                actor=plot.actor(session, "gemeente/purchaser1"), at=at,
            )  # fmt: skip
            return
