"""The demo's wijk: an agenda, a promise and a date; and a bookkeeper who helps a cooperative."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.alliances.rules import Kind, Outcome, PostFacts
from coops.alliances.services import answer_post, publish_post, put_post, set_meeting, support
from cwb.demo.rules import Agenda
from cwb.helping.rules import Deed
from cwb.helping.services import ask_help, note_act
from cwb.identity.models import Organisation, User
from cwb.identity.services import grant_mandate, store_user
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role

PLACE = "FB"


def story(agenda: Agenda) -> None:
    """Residents put things on the agenda of one wijk; somebody helps a cooperative, somebody else is asked to."""
    agenda.at(agenda.day(30, 20), partial(_answered, agenda))
    agenda.at(agenda.day(9, 20), partial(_waiting, agenda))
    agenda.at(agenda.day(8, 11), partial(_meeting, agenda))
    agenda.at(agenda.day(6, 19), partial(_helper, agenda))


def _put(agenda: Agenda, session: Session, at: datetime, facts: PostFacts, who: Actor) -> None:
    made = put_post(session, place=PLACE, facts=facts, actor=who, at=at)
    keeper = agenda.actor("programma", "programme", Role.PROGRAMME)
    named = session.get_one(Organisation, agenda.cast["corporatie"]) if facts.kind is Kind.PROMISE else None
    publish_post(session, post=made, actor=keeper, at=at + timedelta(hours=3), named=named)
    support(session, post=made, actor=agenda.actor("green1", "board", Role.BOARD), at=at + timedelta(days=1))
    if facts.title.startswith("Een plek"):
        answer_post(
            session, post=made, outcome=Outcome.TAKEN_UP, actor=keeper, at=at + timedelta(days=6),
            answer="De corporatie kijkt welke plint leeg staat. In de volgende bijeenkomst hoort u welke. Dit is een "
            "voorbeeld.",
        )  # fmt: skip


def _answered(agenda: Agenda, session: Session, at: datetime) -> None:
    resident = agenda.actor("bewoners", "resident", Role.RESIDENT)
    text = "Er staan plinten leeg. Wij willen daar samen koken en verkopen. Dit is een voorbeeld."
    _put(agenda, session, at, PostFacts(Kind.ITEM, "Een plek voor een buurtkeuken", text), resident)


def _waiting(agenda: Agenda, session: Session, at: datetime) -> None:
    member = agenda.actor("cleaning1", "member1", Role.MEMBER)
    text = "Wij doen nu met acht mensen het werk van drie panden. Kan een vierde erbij? Dit is een voorbeeld."
    _put(agenda, session, at, PostFacts(Kind.ITEM, "Schoonmaak van de school in de wijk", text), member)
    said = PostFacts(
        Kind.PROMISE, "Een loket waar u over werk kunt praten", "Gezegd op de opening. Dit is een voorbeeld.",
        session.get_one(Organisation, agenda.cast["corporatie"]).name, local_date(at) + timedelta(days=60),
    )  # fmt: skip
    _put(agenda, session, at, said, agenda.actor("bewoners", "resident", Role.RESIDENT))


def _meeting(agenda: Agenda, session: Session, at: datetime) -> None:
    set_meeting(
        session, place=PLACE, starts_at=agenda.day(-12, 19, 30), where="Huis van de wijk, zaal 2 (voorbeeld)",
        actor=agenda.actor("programma", "programme", Role.PROGRAMME), at=at,
    )  # fmt: skip


def _helper(agenda: Agenda, session: Session, at: datetime) -> None:
    home, roles = (
        session.get_one(Organisation, agenda.cast["cleaning3"]),
        (Role.BID_HELPER, Role.INVOICE_HELPER),
    )
    helper = store_user(
        session, email="boekhouder@voorbeeld.example", name="Bo Boekhouder Voorbeeld", password_hash=None, locale="nl",
        at=at,
    )  # fmt: skip
    for role in roles:
        grant_mandate(
            session, user=helper, organisation=home, role=role, granted_by=None,
            ends_on=local_date(at) + timedelta(days=90), at=at,
        )  # fmt: skip
    who = Actor(helper.id, helper.name, home.id, home.name, frozenset(roles))
    for role, page in ((roles[1], "/invoices"), (roles[1], "/books"), (roles[0], "/fitting")):
        note_act(session, actor=who, role=role, deed=Deed.LOOKED, page=page, at=at + timedelta(hours=1))
    ask_help(
        session, organisation=home, roles=(Role.REGISTER_HELPER,), ends_on=local_date(at) + timedelta(days=60),
        email=session.get_one(User, agenda.actor("bewoners", "resident", Role.RESIDENT).user_id).email,
        actor=agenda.actor("cleaning3", "board", Role.BOARD), locale="nl", at=at,
    )  # fmt: skip
