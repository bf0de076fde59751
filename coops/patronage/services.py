"""Dividing a surplus. Money moves through the books alone: one transfer, taken back by one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from coops.capital.rules import Pot
from coops.capital.services import legs
from coops.meetings.queries import motion as motion_of
from coops.members import queries as registers
from coops.members.services import hold_register, write_to
from coops.patronage import errors, queries, rules
from coops.patronage.models import Distribution, SurplusShare
from coops.patronage.rules import Basis
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.queries import transfer
from ledger.books.rules import Leg
from ledger.books.services import post, reverse

SHARED = "surplus_shared"
"""What a distribution is called in the books."""


def propose(
    session: Session,
    *,
    year: int,
    surplus: Money,
    reserve: Money,
    basis: Basis,
    units: str,
    actor: Actor,
    at: datetime,
) -> Distribution:
    """Propose how to divide a surplus: `units` are rows of member number and hours or euros.

    Nothing is posted until members carried a motion on it.

    Raises:
        Forbidden: not the board.
        RuleBroken: YearInvalid, YearDivided, YearProposed, AmountInvalid, RowInvalid, MemberUnknown, MemberTwice,
            NobodyShares, TooMany.
    """
    home = hold_register(session, actor)
    rules.check_year(year, local_date(at).year)
    rules.check_not_proposed(year, queries.is_open(session, home, year))
    rules.check_undivided(year, queries.is_divided(session, home, year))
    rules.check_amounts(surplus.minor, reserve.minor)
    members = {each.number: each for each in registers.members(session, home, with_left=True)}
    worked = rules.read_units(units, frozenset(members))
    made = Distribution(
        organisation_id=home, year=year, surplus_minor=surplus.minor, reserve_minor=reserve.minor,
        basis=basis.value, proposed_at=at, proposed_by_id=actor.user_id,
        shares=[
            SurplusShare(member=members[number], units=worked[number], minor=minor)
            for number, minor in rules.divide(surplus.minor, reserve.minor, worked).items()
        ],
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "patronage.proposed", made, actor, at)
    return made


def post_distribution(
    session: Session, *, distribution: Distribution, motion_id: UUID, actor: Actor, at: datetime
) -> Distribution:
    """Post a distribution that members carried: the result goes to the reserve and to what is owed to members.

    Raises:
        Forbidden, DistributionNotFound: not the board of this cooperative.
        DecidedBefore: posted before.
        NotCarried: the motion was not carried, or before the proposal.
        MotionNotFound: no motion of this cooperative.
    """
    home = _hold(session, distribution, actor)
    if distribution.posted_at is not None or distribution.withdrawn_at is not None:
        raise errors.DecidedBefore
    motion = motion_of(session, motion_id, home)
    rules.check_decided(motion.outcome, motion.closed_at, distribution.proposed_at)
    lines = [Leg(_equity(session, home, Role.RESULT, ""), distribution.surplus_minor)]
    if distribution.reserve_minor:
        lines.append(Leg(_equity(session, home, Role.FUND, "reserve"), -distribution.reserve_minor))
    for share in distribution.shares:
        lines += legs(session, share.member, {Pot.SURPLUS: share.minor})
    posted = post(session, key=f"surplus:{distribution.public_id}", kind=SHARED, legs=lines, at=at)
    distribution.motion_id, distribution.posted_at, distribution.transfer = motion.id, at, posted.public_id
    session.flush()
    _note(session, "patronage.posted", distribution, actor, at)
    return distribution


def withdraw_distribution(
    session: Session, *, distribution: Distribution, actor: Actor, at: datetime
) -> Distribution:
    """Take a proposal back before it is posted; it stays to be read.

    Raises:
        Forbidden, DistributionNotFound: not the board of this cooperative.
        DecidedBefore: posted, or taken back before.
    """
    _hold(session, distribution, actor)
    if distribution.posted_at is not None or distribution.withdrawn_at is not None:
        raise errors.DecidedBefore
    distribution.withdrawn_at = at
    session.flush()
    _note(session, "patronage.withdrawn", distribution, actor, at)
    return distribution


def undo_distribution(
    session: Session, *, distribution: Distribution, why: str, actor: Actor, at: datetime
) -> Distribution:
    """Take a distribution back whole, as long as nothing of it was paid out: the books refuse it otherwise.

    Each member with a part gets a letter with the reason.

    Raises:
        WhyMissing: at the field.
        Forbidden, DistributionNotFound: not the board of this cooperative.
        DecidedBefore: not posted, or taken back before.
        CeilingPassed: a member was paid already.
    """
    told = rules.check_why(why)
    home = _hold(session, distribution, actor)
    if distribution.transfer is None or distribution.undone_at is not None:
        raise errors.DecidedBefore
    posted = transfer(session, distribution.transfer, party_id=home).transfer
    reverse(session, key=f"surplus-undo:{distribution.public_id}", transfer_id=posted.id, at=at)
    distribution.undone_at, distribution.undone_why = at, told
    session.flush()
    _note(session, "patronage.undone", distribution, actor, at)
    facts = {"coop": actor.organisation_name, "year": distribution.year, "why": told}
    write_to(
        session, [each.member for each in distribution.shares if each.minor], link="/membership/surplus", at=at,
        subject=N_("De verdeling van het overschot is teruggedraaid"),
        text=N_(
            "Beste %(name)s,\n\nHet bestuur van %(coop)s draaide de verdeling van het overschot van %(year)s terug. "
            "Uw deel staat daarom niet meer bij u. De reden:\n\n%(why)s"
        ),
        facts=lambda _member: facts, key=f"surplus-undone-{distribution.public_id}",
    )  # fmt: skip
    return distribution


def _equity(session: Session, organisation_id: int, role: Role, subkey: str) -> int:
    name = "Algemene reserve" if subkey else ""
    return open_account(session, party_id=organisation_id, role=role, subkey=subkey, name=name)


def _hold(session: Session, distribution: Distribution, actor: Actor) -> int:
    home = hold_register(session, actor)
    if distribution.organisation_id != home:
        raise errors.DistributionNotFound
    session.refresh(
        distribution,
        ["posted_at", "transfer", "undone_at", "withdrawn_at"],
        with_for_update={"key_share": True},
    )
    return home


def _note(session: Session, action: str, made: Distribution, actor: Actor, at: datetime) -> None:
    record(
        session, action=action, subject=f"distribution:{made.public_id}", actor_id=actor.user_id,
        facts={"year": made.year, "surplus": made.surplus_minor, "reserve": made.reserve_minor}, at=at,
    )  # fmt: skip
