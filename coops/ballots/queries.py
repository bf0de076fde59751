"""Reading votes: what is open, who may vote, what became of it. Counts are for nobody while a vote is open."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from coops.ballots.errors import BallotUnknown
from coops.ballots.models import Ballot, BallotPayment, BallotTally, BallotVoter
from coops.ballots.rules import Kind
from coops.residency.queries import residents
from coops.votes.rules import Outcome, Tally
from cwb.identity.models import Party, User
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows
from ledger.conditions.models import ConditionVersion, ConditionVote
from ledger.instruments.models import Instrument
from ledger.wallets.models import Wallet


def ballots() -> Select[Ballot]:
    """All votes, latest first."""
    return select(Ballot).options(joinedload(Ballot.payment)).order_by(Ballot.id.desc())


def ballot(session: Session, number: str) -> Ballot:
    """A vote with its payment and the rules it is about.

    Raises:
        BallotUnknown: none.
    """
    found = session.scalars(
        select(Ballot)
        .where(Ballot.number == number)
        .options(
            joinedload(Ballot.payment).joinedload(BallotPayment.paid_by),
            joinedload(Ballot.version).selectinload(ConditionVersion.vote),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise BallotUnknown
    return found


def locked(session: Session, ballot_id: int) -> Ballot:
    """A vote as it is now, held until the transaction ends."""
    return session.scalars(
        select(Ballot)
        .where(Ballot.id == ballot_id)
        .options(joinedload(Ballot.payment))
        .with_for_update(of=Ballot)
        .execution_options(populate_existing=True)
    ).one()


def due(session: Session, at: datetime) -> Sequence[int]:
    """Votes that are over and not counted."""
    return session.scalars(
        select(Ballot.id)
        .where(Ballot.closes_at <= at, Ballot.closed_at.is_(None), Ballot.withdrawn_at.is_(None))
        .order_by(Ballot.id)
    ).all()


def running_of(session: Session, user_id: int, at: datetime) -> bool:
    """Whether a proposal of somebody is being voted on."""
    found = exists().where(
        Ballot.proposed_by_id == user_id, Ballot.kind == Kind.FUND, Ballot.closed_at.is_(None),
        Ballot.withdrawn_at.is_(None), Ballot.closes_at > at,
    )  # fmt: skip
    return bool(session.scalar(select(found)))


def tally(session: Session, ballot_id: int) -> Tally:
    """The counts."""
    found = session.execute(
        select(BallotTally.choice, BallotTally.votes).where(BallotTally.ballot_id == ballot_id)
    )
    return Tally.of({row.choice: row.votes for row in found})


def voted(session: Session, ballot_id: int) -> int:
    """How many voted."""
    mine = (BallotVoter.ballot_id == ballot_id, BallotVoter.voted)
    return session.scalar(select(func.count()).select_from(BallotVoter).where(*mine)) or 0


def roll(session: Session, kind: Kind, instrument: Instrument, today: date) -> Sequence[int]:
    """Who may vote now: residents who were seen to live here; for rules who has a wallet, of residents those only."""
    if kind is Kind.FUND:
        return session.scalars(residents(today)).all()
    return session.scalars(
        select(Wallet.party_id).where(
            Wallet.instrument_code == instrument.code, Wallet.live == instrument.live,
            or_(Wallet.firm, Wallet.party_id.in_(residents(today))),
        )
    ).all()  # fmt: skip


def parties_of(
    session: Session, ballot_id: int, user_id: int, organisation_id: int | None
) -> Sequence[tuple[UUID, str, bool]]:
    """For whom somebody may vote, as (public id, name, voted): oneself, and the organisation whose board one is on."""
    found = session.execute(
        select(Party.public_id, Party.name, BallotVoter.voted)
        .join(BallotVoter, BallotVoter.party_id == Party.id)
        .where(
            BallotVoter.ballot_id == ballot_id,
            or_(
                Party.id == organisation_id,
                Party.id.in_(select(User.person_id).where(User.id == user_id)),
            ),
        )
        .order_by(Party.kind)
    )
    return [(public_id, name, cast) for public_id, name, cast in found]


def find_of_version(session: Session, version_id: int) -> Ballot | None:
    """The vote on a version that was not withdrawn; there is one at most."""
    return session.scalars(
        select(Ballot).where(Ballot.version_id == version_id, Ballot.withdrawn_at.is_(None))
    ).one_or_none()


def votable(session: Session) -> Sequence[ConditionVersion]:
    """Proposed rules without a vote."""
    return session.scalars(
        select(ConditionVersion)
        .where(
            ConditionVersion.adopted_at.is_(None),
            ~exists().where(ConditionVote.version_id == ConditionVersion.id),
            ~exists().where(Ballot.version_id == ConditionVersion.id, Ballot.withdrawn_at.is_(None)),
        )
        .order_by(ConditionVersion.id.desc())
        .limit(20)
    ).all()


def own_data(session: Session, user_id: int) -> object:
    """For the copy of one's own data: what one proposed, and in which votes one could vote."""
    proposed = session.scalars(select(Ballot).where(Ballot.proposed_by_id == user_id).order_by(Ballot.id))
    could = session.execute(
        select(Ballot.number, BallotVoter.voted)
        .join(BallotVoter, BallotVoter.ballot_id == Ballot.id)
        .join(User, User.person_id == BallotVoter.party_id)
        .where(User.id == user_id)
        .order_by(Ballot.id)
    )
    return {
        "proposed": [{"number": each.number, "title": each.title, "text": each.text} for each in proposed],
        "could_vote": [{"number": number, "voted": cast} for number, cast in could],
    }


_RUNS = (Ballot.closes_at > AT, Ballot.withdrawn_at.is_(None))
_OPEN = rows(title=Ballot.title, number=Ballot.number, due_at=Ballot.closes_at).where(*_RUNS)
_MINE = BallotVoter.party_id.in_(select(User.person_id).where(User.id == USER))
_CARRIED = rows(title=Ballot.title, number=Ballot.number).where(Ballot.outcome == Outcome.CARRIED)

tasks = Tasks(
    Waiting(
        N_("Stem mee: %(title)s"), "ballots.show",
        frozenset({Role.RESIDENT, Role.MEMBER, Role.FELLOW, Role.BOARD}),
        _OPEN.where(exists().where(BallotVoter.ballot_id == Ballot.id, ~BallotVoter.voted, _MINE)),
        {"number": "number"},
    ),
    Waiting(
        N_("Stem voor uw organisatie: %(title)s"), "ballots.show", frozenset({Role.BOARD}),
        _OPEN.where(
            exists().where(
                BallotVoter.ballot_id == Ballot.id, ~BallotVoter.voted, BallotVoter.party_id == ORGANISATION
            )
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Betaal uit het fonds: %(title)s"), "ballots.show", frozenset({Role.PROGRAMME}),
        _CARRIED.where(
            Ballot.kind == Kind.FUND, Ballot.proposed_by_id != USER,
            ~exists().where(BallotPayment.ballot_id == Ballot.id),
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Neem de uitslag over: %(title)s"), "ballots.show", frozenset({Role.PROGRAMME}),
        _CARRIED.where(
            Ballot.kind == Kind.RULES, ~exists().where(ConditionVote.version_id == Ballot.version_id)
        ),
        {"number": "number"},
    ),
)  # fmt: skip
"""Who may vote is asked to; what carried waits for the programme."""
