"""The demo's obstacles: one answered, one that waits."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.obstacles.rules import ObstacleFacts, Outcome
from coops.obstacles.services import answer_obstacle, publish_obstacle, report_obstacle
from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.policy import Role


def story(agenda: Agenda) -> None:
    """A rule is reported and changed; another was reported lately."""
    agenda.at(agenda.day(40, 10), partial(_obstacle, agenda))
    agenda.at(agenda.day(12, 10), partial(_waiting, agenda))


def _obstacle(agenda: Agenda, session: Session, at: datetime) -> None:
    made = report_obstacle(
        session, actor=agenda.actor("cleaning3", "board", Role.BOARD), at=at,
        facts=ObstacleFacts(
            "Drie referenties van de laatste drie jaar", session.get_one(Organisation, agenda.cast["corporatie"]).name,
            "Wij bestaan twee jaar en deden één groot werk. Daarom mochten wij niet meedoen. Dit is een voorbeeld.",
            agenda.cast["corporatie"],
        ),
    )  # fmt: skip
    publish_obstacle(
        session, obstacle=made, actor=agenda.actor("programma", "programme", Role.PROGRAMME), at=at
    )
    answer_obstacle(
        session, obstacle=made, outcome=Outcome.CHANGED,
        answer="Eén referentie is genoeg. Wij passen onze standaardtekst aan. Dit is een voorbeeld.",
        actor=agenda.actor("corporatie", "purchaser1", Role.PURCHASER), at=at + timedelta(days=9),
    )  # fmt: skip


def _waiting(agenda: Agenda, session: Session, at: datetime) -> None:
    made = report_obstacle(
        session, actor=agenda.actor("green1", "board", Role.BOARD), at=at,
        facts=ObstacleFacts(
            "Betalen pas na zestig dagen", session.get_one(Organisation, agenda.cast["gemeente"]).name,
            "Wij betalen lonen elke week. Zestig dagen wachten kunnen wij niet dragen. Dit is een voorbeeld.",
            agenda.cast["gemeente"],
        ),
    )  # fmt: skip
    publish_obstacle(
        session, obstacle=made, actor=agenda.actor("programma", "programme", Role.PROGRAMME), at=at
    )
