"""The demo's offers and wants, an obstacle with its answer, and a story."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from coops.exchange.services import answer_advert, place_advert
from coops.obstacles.rules import ObstacleFacts, Outcome
from coops.obstacles.services import answer_obstacle, publish_obstacle, report_obstacle
from coops.stories.rules import StoryFacts
from coops.stories.services import publish_story, tell_story
from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role

PROGRAMME = ("programma", "programme", Role.PROGRAMME)


def story(agenda: Agenda) -> None:
    """One lends a cargo bike, a rule is reported and answered, another waits, a member tells what changed."""
    agenda.at(agenda.day(40, 10), partial(_obstacle, agenda))
    agenda.at(agenda.day(12, 10), partial(_waiting, agenda))
    agenda.at(agenda.day(10, 15), partial(_story, agenda))
    agenda.at(agenda.day(6, 10), partial(_exchange, agenda))


def _actor(agenda: Agenda, session: Session, key: str, who: str, role: Role) -> Actor:
    """Somebody of the cast at work."""
    organisation = agenda.cast[key]
    return Actor(
        agenda.cast[f"{key}/{who}"], "", organisation, session.get_one(Organisation, organisation).name,
        frozenset({role}),
    )  # fmt: skip


def _exchange(agenda: Agenda, session: Session, at: datetime) -> None:
    lender, seeker = (_actor(agenda, session, f"cleaning{number}", "board", Role.BOARD) for number in (1, 2))
    until = local_date(at) + timedelta(days=120)
    offered = place_advert(
        session, actor=lender, at=at,
        facts=AdvertFacts(
            Exchange.OFFER, Item.TOOL, Deal.BORROW, "Bakfiets te leen op maandag en dinsdag",
            "Elektrisch, met huif. Ophalen bij ons. Dit is een voorbeeld.", None, until,
        ),
    )  # fmt: skip
    place_advert(
        session, actor=seeker, at=at,
        facts=AdvertFacts(
            Exchange.WANT, Item.SPACE, Deal.RENT, "Droge schuur gezocht, 20 m2",
            "Voor gereedschap, met slot. Dit is een voorbeeld.", None, until,
        ),
    )  # fmt: skip
    answer_advert(session, advert=offered, text="Graag elke dinsdag. Kan dat?", actor=seeker, at=at)


def _obstacle(agenda: Agenda, session: Session, at: datetime) -> None:
    made = report_obstacle(
        session, actor=_actor(agenda, session, "cleaning3", "board", Role.BOARD), at=at,
        facts=ObstacleFacts(
            "Drie referenties van de laatste drie jaar", session.get_one(Organisation, agenda.cast["corporatie"]).name,
            "Wij bestaan twee jaar en deden één groot werk. Daarom mochten wij niet meedoen. Dit is een voorbeeld.",
            agenda.cast["corporatie"],
        ),
    )  # fmt: skip
    publish_obstacle(session, obstacle=made, actor=_actor(agenda, session, *PROGRAMME), at=at)
    answer_obstacle(
        session, obstacle=made, outcome=Outcome.CHANGED,
        answer="Eén referentie is genoeg. Wij passen onze standaardtekst aan. Dit is een voorbeeld.",
        actor=_actor(agenda, session, "corporatie", "purchaser1", Role.PURCHASER), at=at + timedelta(days=9),
    )  # fmt: skip


def _waiting(agenda: Agenda, session: Session, at: datetime) -> None:
    made = report_obstacle(
        session, actor=_actor(agenda, session, "green1", "board", Role.BOARD), at=at,
        facts=ObstacleFacts(
            "Betalen pas na zestig dagen", session.get_one(Organisation, agenda.cast["gemeente"]).name,
            "Wij betalen lonen elke week. Zestig dagen wachten kunnen wij niet dragen. Dit is een voorbeeld.",
            agenda.cast["gemeente"],
        ),
    )  # fmt: skip
    publish_obstacle(session, obstacle=made, actor=_actor(agenda, session, *PROGRAMME), at=at)


def _story(agenda: Agenda, session: Session, at: datetime) -> None:
    told = tell_story(
        session, actor=_actor(agenda, session, "cleaning1", "member1", Role.MEMBER), at=at,
        facts=StoryFacts(
            "Van uitzendkracht naar lid",
            "Ik maakte jaren schoon voor een bedrijf ver weg. Nu ben ik lid. Ik beslis mee over rooster en loon, "
            "en ik loop naar mijn werk. Dit is een voorbeeld.",
            "Voorbeeldnaam", "FB", consents=True,
        ),
    )  # fmt: skip
    publish_story(session, story=told, actor=_actor(agenda, session, *PROGRAMME), at=at + timedelta(hours=2))
