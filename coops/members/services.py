"""Keeping the member register."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coops.members import errors, policy, queries, rules
from coops.members.models import Member
from coops.members.rules import MemberFacts
from cwb.audit.services import record
from cwb.identity.models import Organisation, User
from cwb.identity.queries import people_with
from cwb.identity.services import end_mandate
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.services import send_mail
from cwb.people.models import Invitation
from cwb.people.services import invite

Facts = Callable[[Member], Mapping[str, object]]
"""What a letter tells one member."""


class Imported(NamedTuple):
    """What a list added, and how many of its rows were members already."""

    added: int
    known: int


def hold_register(session: Session, actor: Actor) -> int:
    """Hold the register of the board's own cooperative until the transaction ends; its id.

    Raises:
        Forbidden: for no organisation, or by somebody who is not on its board.
    """
    if actor.organisation_id is None or not policy.KEEP.open_to(actor):
        raise Forbidden
    _hold(session, actor.organisation_id)
    return actor.organisation_id


def _hold(session: Session, organisation_id: int) -> None:
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )


def add_member(session: Session, *, facts: MemberFacts, actor: Actor, at: datetime) -> Member:
    """Write a member down. Who has an account here with this mail address is linked to it.

    Raises:
        Forbidden: not the board.
        RuleBroken: ContactTaken, or one of `rules.tidy`.
    """
    home = hold_register(session, actor)
    facts = rules.tidy(facts, local_date(at))
    if known := queries.by_contact(session, home, facts.contact):
        raise errors.ContactTaken(number=known.number, field="contact")
    [made] = _add(session, home, [facts], actor, at)
    _note(session, "member.added", made, actor, at)
    return made


def import_members(session: Session, *, rows: Sequence[MemberFacts], actor: Actor, at: datetime) -> Imported:
    """Write a whole list down; a row with the contact of a running member adds nothing, so twice is once.

    Raises:
        Forbidden: not the board.
        RuleBroken: one of `rules.tidy`; nothing of the list is kept then.
    """
    home = hold_register(session, actor)
    known = {each.contact for each in queries.members(session, home)}
    fresh: dict[str, MemberFacts] = {}
    for row in rows:
        facts = rules.tidy(row, local_date(at))
        if facts.contact not in known:
            fresh.setdefault(facts.contact, facts)
    _add(session, home, list(fresh.values()), actor, at)
    done = Imported(len(fresh), len(rows) - len(fresh))
    record(
        session, action="member.imported", subject=f"organisation:{home}", actor_id=actor.user_id,
        facts=done._asdict(), at=at,
    )  # fmt: skip
    return done


def change_member(
    session: Session, *, member: Member, facts: MemberFacts, user_id: int | None, version: int, actor: Actor,
    at: datetime,
) -> Member:  # fmt: skip
    """The board writes a member down otherwise; `user_id` is the account, None for none.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        MemberChanged, AlreadyLeft: somebody was first.
        RuleBroken: ContactTaken, AccountTaken, or one of `rules.tidy`.
    """
    if member.organisation_id != hold_register(session, actor):
        raise errors.MemberNotFound
    if user_id is not None:
        _check_account(session, member, user_id)
    facts = rules.tidy(facts, local_date(at))
    member = _write(session, member, facts, version, actor, at)
    member.user_id = user_id
    session.flush()
    _note(session, "member.changed", member, actor, at)
    return member


def mend_own(
    session: Session, *, member: Member, name: str, contact: str, version: int, actor: Actor, at: datetime
) -> Member:
    """A member mends the own name and contact; from then on the row is linked to the account.

    Raises:
        NoMembership: somebody else's row.
        MemberChanged: somebody was first.
        RuleBroken: ContactTaken, or one of `rules.tidy`.
    """
    own = queries.own(session, actor)
    if own.id != member.id:
        raise errors.NoMembership
    _hold(session, own.organisation_id)
    facts = rules.tidy(MemberFacts(name, contact, own.facts.kind, own.joined_on), local_date(at))
    own = _write(session, own, facts, version, actor, at)
    own.user_id = actor.user_id
    session.flush()
    _note(session, "member.mended", own, actor, at)
    return own


def invite_member(session: Session, *, member: Member, actor: Actor, locale: str, at: datetime) -> Invitation:
    """Ask a member by mail to take part here; who accepts is linked by the address.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        AlreadyLeft: no member any more.
        RuleBroken: EmailInvalid (only a telephone number), RoleAlreadyHeld, InvitationWaits.
    """
    home = hold_register(session, actor)
    if member.organisation_id != home:
        raise errors.MemberNotFound
    if member.left_on is not None:
        raise errors.AlreadyLeft
    return invite(
        session, organisation=session.get_one(Organisation, home), email=member.contact, role=Role.MEMBER,
        actor=actor, locale=locale, at=at,
    )  # fmt: skip


def end_membership(session: Session, *, member: Member, actor: Actor, at: datetime) -> Member:
    """Note that somebody is no member from today on, nor acts here as one; why, the notice of leaving says.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        AlreadyLeft: the membership ended before.
    """
    if member.organisation_id != hold_register(session, actor):
        raise errors.MemberNotFound
    member = queries.locked(session, member)
    if member.left_on is not None:
        raise errors.AlreadyLeft
    rules.check_end(member.joined_on, local_date(at), local_date(at))
    for each in queries.roles_as_member(session, member):
        end_mandate(session, mandate=each, actor_id=actor.user_id, at=at, keep=False)
    member.left_on, member.version = local_date(at), member.version + 1
    member.saved_by_id, member.saved_at = actor.user_id, at
    session.flush()
    _note(session, "member.left", member, actor, at)
    return member


def write_to(
    session: Session, members: Iterable[Member], *, subject: str, text: str, facts: Facts, link: str, key: str,
    at: datetime,
) -> None:  # fmt: skip
    """A letter to each of these members who has a mail address, in the language of the account, else in Dutch.

    `facts`: what the text names of one member, beside `name`; `key` is made one's own by the member.
    """
    reached = [each for each in members if "@" in each.contact]
    spoken = queries.languages(session, reached)
    for each in reached:
        send_mail(
            session, to=each.contact, locale=spoken.get(each.id, "nl"), subject=subject, text=text,
            facts={"name": each.name, **facts(each)}, link=link, at=at, key=f"{key}-{each.public_id}",
        )  # fmt: skip


def forget_members(session: Session, *, at: datetime) -> int:
    """Wipe name and contact of members who left seven whole years ago; how many."""
    wiped = session.scalars(
        update(Member)
        .where(Member.left_on < rules.forget_before(local_date(at)), Member.forgotten_at.is_(None))
        .values(name="–", contact="", user_id=None, forgotten_at=at, version=Member.version + 1)
        .returning(Member.id)
    ).all()
    return len(wiped)


def _accounts(session: Session, organisation_id: int) -> list[User]:
    return people_with(session, organisation_id, Role.BOARD, Role.MEMBER)


def _check_account(session: Session, member: Member, user_id: int) -> None:
    here = {each.id for each in _accounts(session, member.organisation_id)}
    linked = session.scalars(
        select(Member.id).where(
            Member.organisation_id == member.organisation_id, Member.user_id == user_id,
            Member.left_on.is_(None), Member.id != member.id,
        )
    ).first()  # fmt: skip
    if user_id not in here or linked is not None:
        raise errors.AccountTaken(field="account")


def _add(
    session: Session, home: int, rows: Sequence[MemberFacts], actor: Actor, at: datetime
) -> list[Member]:
    last = session.scalar(select(func.max(Member.number)).where(Member.organisation_id == home)) or 0
    linked = set(
        session.scalars(
            select(Member.user_id).where(Member.organisation_id == home, Member.left_on.is_(None))
        )
    )
    accounts = {each.email.lower(): each.id for each in _accounts(session, home) if each.id not in linked}
    made = [
        Member(
            facts=facts, organisation_id=home, number=number, user_id=accounts.get(facts.contact),
            saved_by_id=actor.user_id, saved_at=at,
        )
        for number, facts in enumerate(rows, start=last + 1)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def _write(
    session: Session, member: Member, facts: MemberFacts, version: int, actor: Actor, at: datetime
) -> Member:
    member = queries.locked(session, member)
    if member.left_on is not None:
        raise errors.AlreadyLeft
    if member.version != version:
        raise errors.MemberChanged
    known = queries.by_contact(session, member.organisation_id, facts.contact)
    if known is not None and known.id != member.id:
        raise errors.ContactTaken(number=known.number, field="contact")
    member.name, member.contact, member.kind = facts.name, facts.contact, facts.kind.value
    member.joined_on, member.version = facts.joined_on, version + 1
    member.saved_by_id, member.saved_at = actor.user_id, at
    return member


def _note(session: Session, action: str, member: Member, actor: Actor, at: datetime) -> None:
    record(session, action=action, subject=f"member:{member.public_id}", actor_id=actor.user_id, at=at)
