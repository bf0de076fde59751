"""Facts of the example's cooperatives that were judged, refused and appealed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from coops.appeals.queries import refusal
from coops.appeals.services import make_appeal
from coops.papers.services import add_paper
from coops.register.models import Cooperative
from coops.register.queries import find_locked
from coops.register.rules import Grade, Proof
from coops.register.services import judge_claim
from cwb.demo.rules import Agenda
from cwb.files.gateway import HouseKeys
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role

STATUTES = "Artikel 7. Overschot gaat naar de leden en de buurt. Dit is een voorbeeld."
AT_OFFICE = "bij de coöperatie op kantoor (voorbeeld)"
NOT_SHOWN = (
    "In uw stukken staat niet hoeveel stemmen bewoners hebben. Stuur het artikel. Dit is een voorbeeld."
)


def story(agenda: Agenda) -> None:
    """The third cooperative is judged fact by fact, the second is refused one and appeals."""
    _first, second, third, *_rest = agenda.facts["cooperatives"]
    agenda.at(agenda.day(20, 10), partial(_judge, agenda, third))
    agenda.at(agenda.day(12, 10), partial(_refuse, agenda, second))


def _of(session: Session, organisation_id: int) -> Cooperative:
    found = find_locked(session, organisation_id)
    if found is None:
        raise LookupError(organisation_id)
    return found


def _judge(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    """One cooperative shows more: in a public register, on a paper, by somebody outside; one fact is not shown."""
    organisation_id = agenda.cast[facts["key"]]
    paper = add_paper(
        session, organisation_id=organisation_id, kind="statutes", name="statuten-voorbeeld.txt",
        content=STATUTES.encode(), keys=HouseKeys(agenda.data_dir),
        actor=agenda.actor(facts["key"], "board", Role.BOARD), at=at,
    )  # fmt: skip
    for code, grade, seen in (
        ("legal_form", Grade.MATCHED, "Uittreksel van de KvK (voorbeeld)"),
        ("surplus", Grade.VERIFIED, "Statuten, artikel 7 (voorbeeld)"),
        ("open_entry", Grade.ASSURED, "Verklaring van een accountant (voorbeeld)"),
        ("votes_residents", Grade.NONE, ""),
    ):
        judge_claim(
            session, cooperative=_of(session, organisation_id), code=code, grade=grade,
            proof=Proof(seen, paper.id) if code == "surplus" else Proof(seen, None, "other", local_date(at), AT_OFFICE),
            reason="" if seen else NOT_SHOWN,
            user_id=agenda.cast["programma/programme"], at=at,
        )  # fmt: skip


def _refuse(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    """One fact is refused, and the cooperative appeals two days later; the answer is for somebody else."""
    made = judge_claim(
        session, cooperative=_of(session, agenda.cast[facts["key"]]), code="open_entry", grade=Grade.NONE,
        reason="In de statuten staat dat alleen de oprichters lid zijn. Dit is een voorbeeld.",
        user_id=agenda.cast["programma/programme2"], at=at,
    )  # fmt: skip
    agenda.at(at + timedelta(days=2), partial(_appeal, agenda, facts["key"], made.public_id))


def _appeal(agenda: Agenda, key: str, judgement: UUID, session: Session, at: datetime) -> None:
    make_appeal(
        session,
        refused=refusal(session, judgement),
        text="Artikel 4 zegt dat iedereen die meewerkt lid mag worden. Dit is een voorbeeld.",
        actor=agenda.actor(key, "board", Role.BOARD),
        at=at,
    )
