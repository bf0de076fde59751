"""A cooperative with a board, three members and the amounts of its statutes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from coops.capital import services
from coops.capital.rules import Every, TermFacts
from coops.members import services as registers
from coops.members.models import Member
from coops.members.rules import MemberFacts, MemberKind
from cwb.identity.models import Organisation, User
from cwb.kernel.policy import Actor, Role

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
