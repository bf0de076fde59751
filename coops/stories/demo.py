"""The demo's story."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.stories.rules import StoryFacts
from coops.stories.services import publish_story, tell_story
from cwb.demo.rules import Agenda
from cwb.kernel.policy import Role


def story(agenda: Agenda) -> None:
    """A member tells what changed; somebody of the programme reads it first."""
    agenda.at(agenda.day(10, 15), partial(_story, agenda))


def _story(agenda: Agenda, session: Session, at: datetime) -> None:
    told = tell_story(
        session, actor=agenda.actor("cleaning1", "member1", Role.MEMBER), at=at,
        facts=StoryFacts(
            "Van uitzendkracht naar lid",
            "Ik maakte jaren schoon voor een bedrijf ver weg. Nu ben ik lid. Ik beslis mee over rooster en loon, "
            "en ik loop naar mijn werk. Dit is een voorbeeld.",
            "Voorbeeldnaam", "FB", consents=True,
        ),
    )  # fmt: skip
    publish_story(
        session,
        story=told,
        actor=agenda.actor("programma", "programme", Role.PROGRAMME),
        at=at + timedelta(hours=2),
    )
