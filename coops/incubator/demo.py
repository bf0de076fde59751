"""The demo's incubator: two initiatives at different steps, three residents, two commitments of which one is broken."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from coops.clusters.queries import wishes
from coops.clusters.rules import clusters
from coops.commitments.services import make_commitment
from coops.founders.services import answer_request
from coops.initiatives import services
from coops.initiatives.models import Initiative
from coops.steps.services import show_step
from coops.talent.rules import About
from coops.talent.services import offer, put_forward, share_contact
from coops.viability.gateway import settings
from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.places.gateway import area_pack

IDEA = "Met moeders uit de straat koken voor scholen (voorbeeld)"
GROUP = "Samen gymzalen en werkkleding schoonhouden (voorbeeld)"


def story(agenda: Agenda) -> None:
    """An idea that stands still, and a group that grew from a cluster of cleaning."""
    agenda.at(agenda.day(80, 20), partial(_idea, agenda))
    agenda.at(agenda.day(12, 10), partial(_group, agenda))
    for number, key in enumerate(_residents(agenda)):
        agenda.at(agenda.day(11, 19 + number), partial(_resident, agenda, key, number))
    agenda.at(agenda.day(10, 11), partial(_examine, agenda))
    agenda.at(agenda.day(9, 11), partial(_publish, agenda))
    agenda.at(agenda.day(6, 14), partial(_step, agenda))


def _residents(agenda: Agenda) -> list[str]:
    """Three people of the story: the resident, and members of the first two cooperatives that have some."""
    members = [f"{each['key']}/member1" for each in agenda.facts["cooperatives"] if each["members"]]
    return ["bewoners/resident", *members[:2]]


def _idea(agenda: Agenda, session: Session, at: datetime) -> None:
    services.start_initiative(
        session,
        sentence=IDEA,
        category="catering",
        place_code="FC",
        user_id=agenda.cast["bewoners/resident"],
        at=at,
    )


def _group(agenda: Agenda, session: Session, at: datetime) -> None:
    tiles = {code: (wijk.tile_row, wijk.tile_column) for code, wijk in area_pack().wijken.items()}
    found = clusters(wishes(session, at), tiles=tiles, per_unit=settings().hours)
    cluster = next(each for each in found if each.category == "cleaning" and len(each.members) > 1)
    made = services.start_from_cluster(
        session, cluster=cluster, assumed=settings().assumptions("cleaning", local_date(at)), sentence=GROUP,
        user_id=agenda.cast["programma/programme"], at=at,
    )  # fmt: skip
    agenda.cast["incubator/group"] = made.id
    services.coach_initiative(
        session, initiative=made, coaches=True, user_id=agenda.cast["programma/coach"], at=at
    )
    for text, owner, days in (
        ("De notaris bellen over de statuten", "coach", 9),
        ("Een ruimte zoeken", "founders", 30),
    ):
        services.add_task(
            session, initiative=made, text=text, owner=owner, due_on=local_date(at) + timedelta(days=days),
            user_id=agenda.cast["programma/coach"], at=at,
        )  # fmt: skip


def _initiative(agenda: Agenda, session: Session) -> Initiative:
    return session.get_one(Initiative, agenda.cast["incubator/group"])


def _resident(agenda: Agenda, key: str, number: int, session: Session, at: datetime) -> None:
    """Everybody puts itself forward; the first two sign too, the third shares its contact."""
    user_id, group = agenda.cast[key], _initiative(agenda, session)
    about = About(
        ("Zon", "Maan", "Ster")[number], f"bewoner{number + 1}@voorbeeld.example", ("cleaning",),
        (("nl", "ar"), ("nl", "tr"), ("nl",))[number], 16 + 4 * number, ("FM", "FN", None)[number],
    )  # fmt: skip
    put_forward(session, about=about, consent=True, user_id=user_id, at=at)
    offer(session, initiative=group, user_id=user_id, at=at)
    if number < 2:
        services.sign_intent(session, initiative=group, stands=True, user_id=user_id, at=at)
        answer_request(
            session,
            initiative=group,
            asker_id=user_id,
            accept=True,
            user_id=agenda.cast["programma/coach"],
            at=at,
        )
    else:
        share_contact(session, initiative=group, shared=True, user_id=user_id, at=at)


def _examine(agenda: Agenda, session: Session, at: datetime) -> None:
    _commit(
        agenda,
        session,
        at,
        "ziekenhuis",
        "examine",
        "Of de was van werkkleding een eigen perceel kan zijn",
        8,
    )


def _publish(agenda: Agenda, session: Session, at: datetime) -> None:
    _commit(
        agenda, session, at, "school", "publish_lot", "Schoonmaak van zeven gymzalen, 45 uur per week", 90
    )


def _commit(agenda: Agenda, session: Session, at: datetime, *told: Any) -> None:
    anchor, kind, what, days = told
    make_commitment(
        session, initiative=_initiative(agenda, session), organisation_id=agenda.cast[anchor], kind=kind, what=what,
        due_on=local_date(at) + timedelta(days=days), user_id=agenda.cast[f"{anchor}/purchaser1"], at=at,
    )  # fmt: skip


def _step(agenda: Agenda, session: Session, at: datetime) -> None:
    """The draft of the statutes is there, and what the group heard is told to everyone."""
    group, who = _initiative(agenda, session), agenda.cast["bewoners/resident"]
    show_step(
        session, initiative=group, step="statutes", text="Concept bij de notaris, kopie in de map van de begeleider",
        reached_on=local_date(at), draft=True, user_id=who, at=at,
    )  # fmt: skip
    services.tell_learned(
        session, initiative=group, text="De school wil in het voorjaar een perceel van 45 uur publiceren.",
        user_id=who, at=at,
    )  # fmt: skip
