"""Leaving a cooperative. Money moves through the books alone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from coops.capital import queries as capital
from coops.capital.rules import Pot
from coops.capital.services import legs, pay_out
from coops.leaving import errors, queries, rules
from coops.leaving.models import Leaving
from coops.leaving.rules import LeavingKind, Settlement, Stake
from coops.members import queries as registers
from coops.members.errors import MemberNotFound
from coops.members.models import Member
from coops.members.services import end_membership, hold_register, write_to
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, Marked
from cwb.notifications.services import mail_each
from ledger.accounts.rules import Role as Account
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.books.services import post

RELEASED = "capital_released"
"""What the settlement of a leaving is called in the books."""

WIPED = "–"


def note_leaving(
    session: Session, *, member: Member, kind: LeavingKind, reason: str, actor: Actor, at: datetime
) -> Leaving:
    """The board notes that a member leaves. Who is to be expelled is told why and asked to answer.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        LeavingBefore: it was noted before, or the member left.
        RuleBroken: ReasonMissing, TermsMissing.
    """
    if member.organisation_id != hold_register(session, actor):
        raise MemberNotFound
    reason = rules.check_reason(kind, reason)
    made = _note_leaving(session, member, kind, reason, actor, at)
    if kind is LeavingKind.EXPULSION:
        told = {"coop": actor.organisation_name, "reason": reason, "day": made.gone_on}
        write_to(
            session, [member], subject=N_("Het bestuur wil uw lidmaatschap beëindigen"),
            text=N_(
                "Beste %(name)s,\n\nHet bestuur van %(coop)s wil uw lidmaatschap beëindigen. De reden:\n\n"
                "%(reason)s\n\nU mag tot en met %(day)s antwoorden. Het bestuur beslist daarna."
            ),
            facts=lambda _member: told, link="/membership/leave", at=at, key=f"expulsion-{made.public_id}",
        )  # fmt: skip
    elif kind is LeavingKind.NOTICE:
        noted = {"coop": actor.organisation_name, "day": made.gone_on}
        write_to(
            session, [member], subject=N_("Uw opzegging is opgeschreven"),
            text=N_(
                "Beste %(name)s,\n\n%(coop)s schreef op dat u uw lidmaatschap opzegt. U bent lid tot en met %(day)s. "
                "Daarna rekent het bestuur uw inleg met u af, en krijgt u daarvan een opgave.\n\n"
                "Klopt dit niet? Zeg het meteen tegen het bestuur."
            ),
            facts=lambda _member: noted, link="/membership", at=at, key=f"noted-{made.public_id}",
        )  # fmt: skip
    return made


def give_notice(session: Session, *, member: Member, actor: Actor, at: datetime) -> Leaving:
    """A member gives notice; `member` is the reader's own row.

    Raises:
        LeavingBefore: it was noted before.
        TermsMissing: the board did not write down the term of notice.
    """
    made = _note_leaving(session, member, LeavingKind.NOTICE, "", actor, at)
    mail_each(
        session, people_with(session, member.organisation_id, Role.BOARD), subject=N_("Een lid zegt op"),
        text=N_("%(name)s zegt het lidmaatschap van %(coop)s op, per %(day)s. Na die dag rekent u af."),
        facts={"name": member.name, "coop": actor.organisation_name, "day": made.gone_on},
        link=f"/leaving/{made.public_id}", at=at, key=f"notice-{made.public_id}",
    )  # fmt: skip
    return made


def answer(session: Session, *, leaving: Leaving, text: str, actor: Actor, at: datetime) -> Leaving:
    """A member who is to be expelled answers, within the term; `leaving` is of the reader's own row.

    Raises:
        NotAsked: no expulsion, answered before, settled, or the term is over.
        ReasonMissing: an empty answer.
    """
    leaving = _now(session, leaving)
    rules.check_answer(
        LeavingKind(leaving.kind), text, leaving.gone_on, local_date(at),
        is_over=bool(leaving.answered_at or leaving.settled_at or leaving.withdrawn_at),
    )  # fmt: skip
    leaving.answer, leaving.answered_at = text.strip(), at
    session.flush()
    _note(session, "leaving.answered", leaving, actor, {}, at)
    return leaving


def note_answer(
    session: Session, *, leaving: Leaving, way: str, text: str, actor: Actor, at: datetime
) -> Leaving:
    """The board writes down what a member without an account said, and how it came (`rules.WAYS`).

    The member gets it in a letter, so that it can say that it was something else.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        SettledBefore, NotAsked, ReasonMissing: as above.
    """
    leaving = _hold(session, leaving, actor)
    rules.check_answer(
        LeavingKind(leaving.kind),
        text,
        leaving.gone_on,
        local_date(at),
        is_over=leaving.answered_at is not None,
    )
    leaving.answer, leaving.answered_at = f"{text.strip()}\n\n({rules.WAYS[way]})", at
    session.flush()
    told = {"coop": actor.organisation_name, "answer": leaving.answer}
    write_to(
        session, [leaving.member], subject=N_("Uw antwoord is opgeschreven"),
        text=N_(
            "Beste %(name)s,\n\nHet bestuur van %(coop)s schreef op wat u zei:\n\n%(answer)s\n\n"
            "Klopt het niet? Zeg het meteen tegen het bestuur."
        ),
        facts=lambda _member: told, link="/membership", at=at, key=f"answer-noted-{leaving.public_id}",
    )  # fmt: skip
    _note(session, "leaving.answer_noted", leaving, actor, {"way": way}, at)
    return leaving


def withdraw(session: Session, *, leaving: Leaving, actor: Actor, at: datetime) -> Leaving:
    """The member stays after all: notice taken back, or no expulsion.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        SettledBefore: too late.
    """
    leaving = _hold(session, leaving, actor)
    leaving.withdrawn_at = at
    session.flush()
    _note(session, "leaving.withdrawn", leaving, actor, {}, at)
    return leaving


def settle(session: Session, *, leaving: Leaving, loss: Money, actor: Actor, at: datetime) -> Settlement:
    """End the membership, and turn the capital into what is to be repaid.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        SettledBefore: settled before.
        RuleBroken: TooSoon, NotHeard, DuesOpen, LossInvalid.
    """
    leaving = _hold(session, leaving, actor)
    member, home = leaving.member, leaving.member.organisation_id
    rules.check_settlement(
        LeavingKind(leaving.kind), leaving.gone_on, local_date(at), is_heard=leaving.answered_at is not None
    )
    [holding] = capital.holdings(session, [member])
    stake = Stake(holding.pots[Pot.CAPITAL], holding.pots[Pot.CALLED], holding.pots[Pot.DUES])
    made = rules.settle(stake, loss.minor, bears_losses=capital.terms(session, home).bears_losses)
    leaving.settled_at, leaving.capital_minor, leaving.unpaid_minor = at, made.capital, made.unpaid
    leaving.loss_minor, leaving.repay_minor = made.loss, made.repay
    session.flush()
    if made.capital:
        pots = {Pot.CAPITAL: -made.capital, Pot.CALLED: -made.unpaid, Pot.REPAY: made.repay}
        borne = [Leg(_borne(session, home), -made.loss)] if made.loss else []
        post(
            session, key=f"leaving:{leaving.public_id}", kind=RELEASED, at=at,
            legs=[*legs(session, member, pots), *borne],
        )  # fmt: skip
    kind, acted_on = LeavingKind(leaving.kind), queries.acted_on(session, leaving)
    ended = rules.left_on(kind, leaving.gone_on, local_date(at), acted_on)
    end_membership(session, member=member, left_on=ended, actor=actor, at=at)
    write_to(
        session, [member], subject=N_("Uw lidmaatschap is voorbij"),
        text=N_(
            "Beste %(name)s,\n\nUw lidmaatschap van %(coop)s is voorbij. U krijgt nog %(repay)s terug. U doet daar "
            "niet meer mee en krijgt geen berichten meer. Vragen? Bel of mail het bestuur.%(appeal)s"
        ),
        facts=lambda _member: {
            "coop": actor.organisation_name, "repay": Money(made.repay),
            "appeal": Marked(rules.APPEAL) if kind is LeavingKind.EXPULSION else "",
        }, link="/", at=at,
        key=f"settled-{leaving.public_id}",
    )  # fmt: skip
    _note(session, "leaving.settled", leaving, actor, made._asdict(), at)
    return made


def repay(
    session: Session, *, leaving: Leaving, amount: Money, paid_on: date, key: UUID, actor: Actor, at: datetime
) -> UUID:
    """Book what was repaid to who left, within the limit of the year of that day; the public id of the transfer.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        RuleBroken: LimitReached, AmountInvalid, MoreThanOwed, PaidOnInvalid.
    """
    home = hold_register(session, actor)
    if leaving.member.organisation_id != home:
        raise MemberNotFound
    percent = capital.terms(session, home).repay_percent
    rules.check_room(amount.minor, queries.room(session, home, paid_on.year, percent))
    return pay_out(
        session,
        member=leaving.member,
        pot=Pot.REPAY,
        amount=amount,
        paid_on=paid_on,
        key=key,
        actor=actor,
        at=at,
    )


def forget_reasons(session: Session, *, at: datetime) -> int:  # noqa: ARG001 (a job hands it in)
    """Wipe why members left, and what they answered, once their name is wiped; how many."""
    of_forgotten = select(Member.id).where(Member.forgotten_at.is_not(None))
    wiped = session.scalars(
        update(Leaving)
        .where(Leaving.member_id.in_(of_forgotten), Leaving.reason != WIPED)
        .values(reason=WIPED, answer=case((Leaving.answer == "", ""), else_=WIPED))
        .returning(Leaving.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(wiped)


def _note_leaving(
    session: Session, member: Member, kind: LeavingKind, reason: str, actor: Actor, at: datetime
) -> Leaving:
    member = registers.locked(session, member)
    if member.left_on is not None or queries.find_leaving(session, member.id) is not None:
        raise errors.LeavingBefore
    months = capital.terms(session, member.organisation_id).notice_months
    made = Leaving(
        member=member, kind=kind.value, reason=reason, noted_at=at, noted_by_id=actor.user_id,
        gone_on=rules.leaves_on(kind, local_date(at), months), answer="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "leaving.noted", made, actor, {"kind": kind.value}, at)
    return made


def _borne(session: Session, organisation_id: int) -> int:
    return open_account(
        session,
        party_id=organisation_id,
        role=Account.RESULT,
        subkey="borne",
        name="Verlies gedragen bij vertrek",
    )


def _hold(session: Session, leaving: Leaving, actor: Actor) -> Leaving:
    if leaving.member.organisation_id != hold_register(session, actor):
        raise MemberNotFound
    leaving = _now(session, leaving)
    if leaving.settled_at is not None or leaving.withdrawn_at is not None:
        raise errors.SettledBefore
    return leaving


def _now(session: Session, leaving: Leaving) -> Leaving:
    session.refresh(
        leaving, ["answer", "answered_at", "withdrawn_at", "settled_at"], with_for_update={"key_share": True}
    )
    return leaving


def _note(
    session: Session, action: str, leaving: Leaving, actor: Actor, facts: dict[str, object], at: datetime
) -> None:
    subject = f"member:{leaving.member.public_id}"
    record(session, action=action, subject=subject, actor_id=actor.user_id, facts=facts, at=at)
