"""Reading challenges, and what can be challenged. The public reads no names of people."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, Select, cast, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.needs.models import Need
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.challenges.errors import ChallengeNotFound
from procurement.challenges.models import Challenge
from procurement.challenges.rules import OPEN, State
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract, ContractMember
from procurement.tenders.models import Tender

MOST = 100
"""How many contracts and needs the page of what can be challenged shows."""

_WHOLE = (
    joinedload(Challenge.buyer),
    joinedload(Challenge.organisation),
    joinedload(Challenge.submitted_by),
    joinedload(Challenge.contract).joinedload(Contract.tender),
    joinedload(Challenge.need),
    selectinload(Challenge.steps),
)


def challenge(session: Session, number: str) -> Challenge:
    """A challenge with its steps.

    Raises:
        ChallengeNotFound: there is none.
    """
    found = session.scalars(
        select(Challenge)
        .where(Challenge.number == number)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ChallengeNotFound
    return found


def locked(session: Session, number: str) -> Challenge:
    """A challenge as it is now, held until the transaction ends.

    Raises:
        ChallengeNotFound: there is none.
    """
    session.execute(select(Challenge.id).where(Challenge.number == number).with_for_update())
    return challenge(session, number)


def challenges(*, text: str = "", state: State | None = None) -> Select[Challenge]:
    """Every challenge, newest first; public. Withdrawn ones are numbers without words."""
    statement = select(Challenge).options(joinedload(Challenge.buyer)).order_by(Challenge.id.desc())
    if state is not None:
        statement = statement.where(Challenge.state == state)
    if text.strip():
        like = text.strip()
        statement = statement.where(
            or_(
                Challenge.title.icontains(like, autoescape=True), Challenge.number == like.upper(),
                Challenge.group_name.icontains(like, autoescape=True),
            )
        )  # fmt: skip
    return statement


def of_contract(session: Session, contract_id: int) -> Sequence[Challenge]:
    """The challenges of a contract that were not taken back, newest first."""
    return session.scalars(
        select(Challenge)
        .where(Challenge.contract_id == contract_id, Challenge.state != State.WITHDRAWN)
        .order_by(Challenge.id.desc())
    ).all()


def running_contracts(session: Session, today: date) -> Sequence[tuple[Contract, date]]:
    """Signed contracts that still run, with their last day; their award was announced, so they are public."""
    last = present_end()
    found = session.execute(
        select(Contract, last)
        .where(Contract.agreement_id.is_not(None), last >= today)
        .options(
            joinedload(Contract.buyer),
            joinedload(Contract.supplier),
            selectinload(Contract.members).joinedload(ContractMember.organisation),
        )
        .order_by(last, Contract.id)
        .limit(MOST)
    )
    return [(contract, ends_on) for contract, ends_on in found]


def open_needs(session: Session, at: datetime) -> Sequence[Need]:
    """Public needs that stand on the calendar."""
    return session.scalars(
        select(Need)
        .where(
            Need.visibility == "public", Need.withdrawn_at.is_(None), Need.converted_at.is_(None),
            Need.expires_on >= local_date(at),
        )
        .options(joinedload(Need.owner))
        .order_by(Need.wanted_from, Need.id)
        .limit(MOST)
    ).all()  # fmt: skip


def find_contract(session: Session, number: str, today: date) -> Contract | None:
    """A contract that can be challenged now."""
    return session.scalars(
        select(Contract)
        .join(Contract.tender)
        .where(
            Contract.number == number, Contract.agreement_id.is_not(None), present_end() >= today,
            Tender.published_at.is_not(None),
        )
        .options(joinedload(Contract.buyer), joinedload(Contract.supplier), joinedload(Contract.tender))
    ).one_or_none()  # fmt: skip


def find_need(session: Session, number: str, at: datetime) -> Need | None:
    """A need that can be challenged now."""
    return next((each for each in open_needs(session, at) if each.number == number), None)


def mine(session: Session, actor: Actor) -> Sequence[Challenge]:
    """What an actor handed in, or its organisation, newest first."""
    own = Challenge.submitted_by_id == actor.user_id
    if actor.organisation_id is not None and actor.has(Role.BOARD):
        own = or_(own, Challenge.organisation_id == actor.organisation_id)
    return session.scalars(
        select(Challenge).where(own).options(joinedload(Challenge.buyer)).order_by(Challenge.id.desc())
    ).all()


def find_same(
    session: Session, *, contract_id: int | None, need_id: int | None, user_id: int
) -> Challenge | None:
    """The open challenge of the same person to the same thing."""
    return session.scalars(
        select(Challenge)
        .where(
            Challenge.contract_id == contract_id if contract_id else Challenge.need_id == need_id,
            Challenge.submitted_by_id == user_id, Challenge.state.in_(OPEN),
        )
        .limit(1)
    ).one_or_none()  # fmt: skip


def own_data(session: Session, user_id: int) -> object:
    """What somebody handed in, for the copy of one's own data."""
    found = session.scalars(
        select(Challenge).where(Challenge.submitted_by_id == user_id).order_by(Challenge.id)
    )
    return [
        {
            "number": each.number, "group": each.group_name, "what": each.what, "how": each.how,
            "supporters": each.supporters, "submitted_at": each.submitted_at.isoformat(), "state": each.state.value,
        }
        for each in found
    ]  # fmt: skip


def _rows() -> Select[Any]:
    return (
        rows(
            number=Challenge.number, title=Challenge.title,
            due_at=func.timezone("Europe/Amsterdam", cast(Challenge.answer_by + literal(1), DateTime)),
        )
        .select_from(Challenge)
        .where(Challenge.buyer_id == ORGANISATION)
        .order_by(Challenge.answer_by, Challenge.id)
    )  # fmt: skip


_ADDRESS = {"number": "number"}

tasks = Tasks(
    Waiting(
        N_("Neem de uitdaging in behandeling: %(title)s (%(number)s)"), "challenges.show", frozenset({Role.PURCHASER}),
        _rows().where(Challenge.state == State.RECEIVED), _ADDRESS,
    ),
    Waiting(
        N_("Praat met de uitdagers en geef antwoord: %(title)s (%(number)s)"), "challenges.show",
        frozenset({Role.PURCHASER}),
        _rows().where(Challenge.state.in_([State.ADMITTED, State.TALKED])), _ADDRESS,
    ),
)  # fmt: skip
"""What challenges wait for: the buyer's next step."""
