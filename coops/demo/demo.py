"""The demo's cooperatives in the register, the anchors' buying calendar, and what the incubator makes of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from coops.alliances import demo as alliances
from coops.appeals import demo as appeals
from coops.arrangements import demo as arrangements
from coops.ballots import demo as ballots
from coops.consultation.services import answer, publish_report, start_consultation
from coops.credit import demo as credit
from coops.enrolment import demo as enrolment
from coops.exchange import demo as exchange
from coops.experience.rules import JobFacts
from coops.experience.services import add_job
from coops.incubator import demo as incubator
from coops.leaving import demo as members
from coops.needs.gateway import default_cpv
from coops.needs.models import Need
from coops.needs.rules import NeedFacts, Wanted
from coops.needs.services import join_need, post_need, show_interest
from coops.neighbours import demo as neighbours
from coops.obstacles import demo as obstacles
from coops.patronage import demo as patronage
from coops.property import demo as property_register
from coops.register import queries
from coops.register.models import Cooperative
from coops.register.rules import Grade, Proof
from coops.register.services import judge_claim, register_cooperative, verify_cooperative
from coops.stories import demo as stories
from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack

STATUTES = {
    "cooperative": "Eén lid, één stem (voorbeeld).",
    "foundation": "Het bestuur beslist. De bewonersraad stemt mee (voorbeeld).",
}
"""Legal form → what the statutes of the example say about voting."""

PROVEN = {
    "legal_form": ("statutes", "artikel 1", 400), "votes_workers": ("statutes", "artikel 7", 400),
    "work_by_members": ("members", "bladzijde 2", 30), "last_meeting": ("minutes", "bladzijde 1", 20),
}  # fmt: skip
"""Fact → the kind of paper in which the programme saw it, where, and how many days old that was."""


def story(agenda: Agenda) -> None:
    """Cooperatives register soon after they came in; the programme verifies; anchors post what they will need."""
    for number, facts in enumerate(agenda.facts["cooperatives"]):
        agenda.at(agenda.day(357 - 0.7 * number, 20), partial(_register, agenda, facts, number))
        if facts["verified"]:
            agenda.at(agenda.day(355 - 0.7 * number, 11), partial(_verify, agenda, facts))
    for number, facts in enumerate(agenda.facts["needs"]):
        agenda.at(agenda.day(60 - 5 * number, 9), partial(_need, agenda, facts, number))
    for each in (
        appeals, enrolment, members, patronage, exchange, obstacles, stories, incubator, credit, arrangements,
        property_register, alliances, ballots, neighbours,
    ):  # fmt: skip
        each.story(agenda)


def _register(agenda: Agenda, facts: Mapping[str, Any], number: int, session: Session, at: datetime) -> None:
    by_residents = facts["kind"] in {"neighbourhood", "residents"}
    workers = (20 if by_residents else 52) + (number * 17) % 40
    register_cooperative(
        session,
        organisation=session.get_one(Organisation, agenda.cast[facts["key"]]),
        kind=facts["kind"],
        description="Wij werken met mensen uit de buurt. Dit is een voorbeeld.",
        sectors=[facts["sector"]],
        languages=facts["languages"],
        place_code=facts["place"],
        serves=_serves(facts["place"], number),
        weekly_hours=facts["weekly_hours"],
        people=facts["people"],
        members=3 if number == 2 else facts["people"] + number % 9,
        largest=Money(facts["weekly_hours"] * 100_000),
        claims={
            "legal_form": STATUTES[facts["legal_form"]],
            "votes_workers": str(workers),
            "votes_residents": str((55 if by_residents else 10) + (number * 23) % 40),
            "surplus": "neighbourhood"
            if facts["kind"] == "residents"
            else ("members", "reserve")[number % 2],
            "work_by_members": str(52 + (number * 29) % 40),
            "open_entry": "yes",
            "last_meeting": (local_date(at) - timedelta(days=90 + number)).isoformat(),
        },
        user_id=agenda.cast[f"{facts['key']}/board"],
        at=at,
    )
    _jobs(agenda, facts, number, session, at)


def _serves(place: str, number: int) -> list[str]:
    """The wijken that a cooperative ticked: one in four none, the others their own and up to three after it."""
    codes = sorted(area_pack().wijken)
    first = codes.index(place)
    return [] if number % 4 == 3 else [codes[(first + step) % len(codes)] for step in range(number % 4 + 2)]


def _jobs(agenda: Agenda, facts: Mapping[str, Any], number: int, session: Session, at: datetime) -> None:
    """Two earlier jobs of two in three cooperatives: one as large as its profile says, one of half that."""
    if number % 3 == 2:
        return
    code, day = default_cpv(facts["sector"]), local_date(at)
    actor = agenda.actor(facts["key"], "board", Role.BOARD)
    for place, (title, client) in enumerate(DONE):
        add_job(
            session, actor=actor, at=at,
            facts=JobFacts(
                title, client, facts["weekly_hours"] * 100_000 // (place + 1), str(code or "98390000"),
                day - timedelta(days=700 - 200 * place), day - timedelta(days=100) if place else None, "Nieuw-West",
                "De beheerder, 020 000 0000 (voorbeeld)",
            ),
        )  # fmt: skip


DONE = (
    ("Elke week werk in vier gebouwen", "Woonstichting Voorbeeld"),
    ("Een jaar lang bij twee scholen", "Scholengroep Voorbeeld"),
)
"""What the example did earlier, and for whom."""


def _verify(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    found, who = _profile(session, agenda.cast[facts["key"]]), agenda.cast["programma/programme"]
    for code, (kind, paper, days) in PROVEN.items():
        day = local_date(at) - timedelta(days=days)
        judge_claim(
            session, cooperative=found, code=code, grade=Grade.VERIFIED, user_id=who, at=at,
            proof=Proof(paper, None, kind, day, "bij de coöperatie op kantoor (voorbeeld)"),
        )  # fmt: skip
    verify_cooperative(
        session, cooperative=found, verified=True, user_id=who, at=at,
        note="Statuten, ledenregister en notulen gezien (voorbeeld).",
    )  # fmt: skip


def _profile(session: Session, organisation_id: int) -> Cooperative:
    found = queries.find_cooperative(session, organisation_id)
    if found is None:
        raise LookupError(organisation_id)
    return found


def _need(agenda: Agenda, facts: Mapping[str, Any], number: int, session: Session, at: datetime) -> None:
    wanted = local_date(at) + timedelta(days=facts["ahead"])
    made = post_need(
        session,
        owner_id=agenda.cast[facts["anchor"]],
        facts=NeedFacts(
            title=facts["title"],
            wanted_from=wanted,
            expires_on=wanted + timedelta(days=30),
            volume=Decimal(facts["volume"]),
            unit=facts["unit"],
            value_low=Money(facts["low"] * 100),
            value_high=Money(facts["high"] * 100),
            contract_ends_on=wanted - timedelta(days=1),
        ),
        purpose=facts["purpose"],
        category=facts["category"],
        cpv=facts["cpv"],
        place_code=facts["place"],
        value_visibility="public",
        user_id=agenda.cast[f"{facts['anchor']}/purchaser1"],
        at=at,
    )
    keen = [each["key"] for each in agenda.facts["cooperatives"] if each["sector"] == facts["category"]][:3]
    for place, key in enumerate(keen):
        agenda.at(at + timedelta(hours=9 + place), partial(_interest, agenda, made.id, key))
    if number < 2:
        others = [each["key"] for each in agenda.facts["anchors"] if each["key"] != facts["anchor"]]
        for place, key in enumerate(others[: 2 - number]):
            agenda.at(at + timedelta(days=1 + place), partial(_share, agenda, made.id, key))
        agenda.at(at + timedelta(days=3), partial(_consult, agenda, made.id, facts["anchor"]))


def _share(agenda: Agenda, need_id: int, key: str, session: Session, at: datetime) -> None:
    join_need(
        session,
        need=session.get_one(Need, need_id),
        organisation_id=agenda.cast[key],
        part=Wanted(Decimal(20), Money(3_000_000), Money(4_200_000)),
        note="Bij ons begint het een maand later.",
        user_id=agenda.cast[f"{key}/purchaser1"],
        at=at,
    )


def _consult(agenda: Agenda, need_id: int, owner: str, session: Session, at: datetime) -> None:
    need = session.get_one(Need, need_id)
    made = start_consultation(
        session,
        need=need,
        purpose="Wij willen weten hoe wij dit werk het best verdelen. Dit is een voorbeeld.",
        questions="Hoeveel uur per week kunt u aan?\nHoe lang wilt u het vooraf weten?\nWat maakt meedoen moeilijk?",
        closes_at=at + timedelta(days=10),
        user_id=agenda.cast[f"{owner}/purchaser1"],
        at=at,
    )
    keen = [each["key"] for each in agenda.facts["cooperatives"] if each["sector"] == need.category][:2]
    for place, key in enumerate(keen):
        agenda.at(at + timedelta(days=2 + place), partial(_advise, agenda, need_id, key))
    agenda.at(made.closes_at + timedelta(days=2), partial(_report, agenda, need_id, owner))


def _advise(agenda: Agenda, need_id: int, key: str, session: Session, at: datetime) -> None:
    answer(
        session,
        need=session.get_one(Need, need_id),
        organisation_id=agenda.cast[key],
        answers=[
            "Ongeveer 40 uur.",
            "Twee maanden, dan leiden wij mensen op.",
            "Eén groot perceel past ons niet.",
        ],
        user_id=agenda.cast[f"{key}/board"],
        at=at,
    )


def _report(agenda: Agenda, need_id: int, owner: str, session: Session, at: datetime) -> None:
    publish_report(
        session,
        need=session.get_one(Need, need_id),
        report="Coöperaties kunnen 40 uur per week aan. Wij maken daarom percelen en publiceren twee maanden vooraf.",
        user_id=agenda.cast[f"{owner}/purchaser1"],
        at=at,
    )


def _interest(agenda: Agenda, need_id: int, key: str, session: Session, at: datetime) -> None:
    show_interest(
        session,
        need=session.get_one(Need, need_id),
        organisation_id=agenda.cast[key],
        interested=True,
        user_id=agenda.cast[f"{key}/board"],
        at=at,
    )
