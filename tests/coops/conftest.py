"""A cooperative with a board, three members and the amounts of its statutes; acts that start at one moment."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from coops.capital import services
from coops.capital.rules import Every, TermFacts
from coops.feature import FEATURE
from coops.members import services as registers
from coops.members.models import Member
from coops.members.rules import MemberFacts, MemberKind
from cwb.identity.models import Organisation, User
from cwb.kernel import events
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from ledger.feature import FEATURE as LEDGER

TERMS = TermFacts(100_00, 25_00, Every.YEAR)


@dataclass
class Club:
    """A cooperative with members."""

    organisation: Organisation
    user: User
    board: Actor
    members: list[Member]


def found_club(
    session: Session, organisation: Organisation, user: User, at: datetime, *, count: int = 3
) -> Club:
    """Write down members and terms."""
    board = Actor(user.id, "", organisation.id, organisation.name, frozenset({Role.BOARD}))
    members = [
        registers.add_member(
            session, actor=board, at=at,
            facts=MemberFacts(f"Lid {number}", f"lid{number}@voorbeeld.example", MemberKind.WORKER, date(2024, 1, 1)),
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    services.set_terms(session, facts=TERMS, version=0, actor=board, at=at)
    return Club(organisation, user, board, members)


@pytest.fixture
def club(
    session: Session,
    make_organisation: Callable[..., Organisation],
    make_user: Callable[..., User],
    at: datetime,
) -> Club:
    """A cooperative with a board and three members."""
    organisation = make_organisation()
    made = found_club(session, organisation, make_user((Role.BOARD, organisation)), at)
    session.commit()
    return made


class AtOnce:
    """Sessions on a committed database, and a way to start acts together."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.sessions = make_sessions(self.engine)

    @contextmanager
    def atomic(self) -> Iterator[Session]:
        """A session with all listeners, committed at the end."""
        with self.sessions() as session:
            events.listen(session, {**LEDGER.listeners, **FEATURE.listeners})
            with atomic(session):
                yield session

    def run(self, *acts: Callable[[Session], object]) -> list[str]:
        """ "done" or the name of what each raised; all start at one moment."""
        gate, answers = threading.Barrier(len(acts)), [""] * len(acts)

        def work(place: int, act: Callable[[Session], object]) -> None:
            gate.wait()
            try:
                with self.atomic() as session:
                    act(session)
                answers[place] = "done"
            except Exception as fault:  # noqa: BLE001 (the test looks at it)
                answers[place] = type(fault).__name__

        threads = [threading.Thread(target=work, args=each) for each in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(answers)


@pytest.fixture
def at_once(database_url: str) -> Iterator[AtOnce]:
    """Runs acts at the same moment, each in its own transaction."""
    made = AtOnce(database_url)
    yield made
    made.engine.dispose()
