"""Capital and dues: what the board does. Money moves through the books alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from coops.capital import errors, queries, rules
from coops.capital.models import CapitalTerms, DuesCharge, DuesRun, Subscription
from coops.capital.rules import Pot, TermFacts
from coops.members import queries as registers
from coops.members.errors import MemberNotFound
from coops.members.models import Member
from coops.members.services import hold_register, write_to
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.queries import midnight, transfer
from ledger.books.rules import Leg, Posting
from ledger.books.services import post, post_batch, reverse
from ledger.checkout.models import PaymentOrder
from ledger.checkout.services import place_order
from ledger.mandates import queries as mandates


def set_terms(
    session: Session, *, facts: TermFacts, version: int, actor: Actor, at: datetime
) -> CapitalTerms:
    """Write down what the statutes say; what was asked before stays as it was.

    Raises:
        Forbidden: not the board.
        TermsChanged: somebody was first. `version` is 0 for the first time.
        TermInvalid: at the field.
    """
    home = hold_register(session, actor)
    rules.check_terms(facts)
    found = queries.find_terms(session, home)
    if (found.version if found else 0) != version:
        raise errors.TermsChanged
    if found is None:
        found = CapitalTerms(organisation_id=home)
        session.add(found)
    for name, value in asdict(facts).items():
        setattr(found, name, value)
    found.version, found.saved_by_id, found.saved_at = version + 1, actor.user_id, at
    session.flush()
    record(
        session, action="capital.terms", subject=f"organisation:{home}", actor_id=actor.user_id,
        facts={**asdict(facts), "dues_every": facts.dues_every.value}, at=at,
    )  # fmt: skip
    return found


def subscribe(session: Session, *, member: Member, shares: int, actor: Actor, at: datetime) -> Subscription:
    """Note that a member takes shares, at the amount of today. Nothing is posted until they are called.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        RuleBroken: TermsMissing, SharesInvalid, HasLeft.
    """
    member = _hold(session, member, actor)
    rules.check_shares(shares)
    made = Subscription(
        member=member, shares=shares, share_minor=queries.terms(session, member.organisation_id).share_minor,
        subscribed_at=at, saved_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "capital.subscribed", member, actor, {"shares": shares}, at)
    return made


def call_capital(session: Session, *, subscription: Subscription, actor: Actor, at: datetime) -> Subscription:
    """Ask the money of a subscription: from now on it is capital in the books, and a claim on the member.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        CalledBefore: asked before.
        HasLeft: the member left.
    """
    member = _hold(session, subscription.member, actor)
    session.refresh(subscription, ["called_at"], with_for_update=True)
    if subscription.called_at is not None:
        raise errors.CalledBefore
    days = queries.terms(session, member.organisation_id).pay_days
    subscription.called_at, subscription.due_on = at, local_date(at) + timedelta(days=days)
    session.flush()
    post(
        session, key=f"capital-call:{subscription.public_id}", kind=rules.CALLED, at=at,
        legs=legs(session, member, {Pot.CALLED: subscription.minor, Pot.CAPITAL: subscription.minor}),
    )  # fmt: skip
    _ask(
        session, [member], Pot.CALLED, subscription.minor, subscription.due_on, actor, at,
        key=f"capital-call-{subscription.public_id}",
    )  # fmt: skip
    _note(session, "capital.called", member, actor, {"minor": subscription.minor}, at)
    return subscription


def run_dues(session: Session, *, actor: Actor, at: datetime) -> DuesRun:
    """Ask the dues of the present period of all members who are one today, once.

    Raises:
        Forbidden: not the board.
        DuesRunBefore: asked before, or by a colleague in the same instant.
        RuleBroken: TermsMissing, NoDues.
    """
    home = hold_register(session, actor)
    facts = queries.terms(session, home).facts
    members = registers.members(session, home)
    if not members or not facts.dues_minor:
        raise errors.NoDues
    period = rules.dues_period(facts.dues_every, local_date(at))
    if queries.find_run(session, home, period.start) is not None:
        raise errors.DuesRunBefore
    made = DuesRun(
        organisation_id=home, starts_on=period.start, ends_on=period.end, dues_minor=facts.dues_minor,
        due_on=local_date(at) + timedelta(days=facts.pay_days), run_at=at, run_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _charge(session, made, members, made.due_on, actor, at)
    record(
        session, action="capital.dues", subject=f"organisation:{home}", actor_id=actor.user_id,
        facts={"starts_on": made.starts_on.isoformat(), "members": len(members), "minor": made.dues_minor}, at=at,
    )  # fmt: skip
    return made


def ask_dues(session: Session, *, member: Member, actor: Actor, at: datetime) -> DuesRun:
    """Ask the dues of the present period of one member who joined after all others were asked.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        DuesAskedBefore: of this member, or by a colleague in the same instant.
        RuleBroken: HasLeft, NoDuesRun, TermsMissing.
    """
    member, today = _hold(session, member, actor), local_date(at)
    facts = queries.terms(session, member.organisation_id).facts
    run = queries.missed_run(session, member, today)
    if run is None:
        period = rules.dues_period(facts.dues_every, today)
        asked = queries.find_run(session, member.organisation_id, period.start)
        raise errors.DuesAskedBefore if asked else errors.NoDuesRun
    _charge(session, run, [member], today + timedelta(days=facts.pay_days), actor, at)
    _note(session, "capital.dues_asked", member, actor, {"minor": run.dues_minor}, at)
    return run


def receive(
    session: Session,
    *,
    member: Member,
    pot: Pot,
    amount: Money,
    paid_on: date,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Book what a member paid into the bank; the public id of the transfer. `key` makes twice once.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        RuleBroken: AmountInvalid, MoreThanOwed, PaidOnInvalid.
    """
    member = _hold(session, member, actor, also_left=True)
    lines = queries.lines(session, [member])[member.id]
    rules.check_payment(amount, rules.open_since(lines, pot, paid_on), paid_on, local_date(at))
    posted = post(
        session, key=f"member-paid:{key}", kind=rules.PAID[pot], at=at,
        effective_at=_effective(paid_on, at),
        legs=[Leg(bank(session, member.organisation_id), amount.minor), *legs(session, member, {pot: -amount.minor})],
    )  # fmt: skip
    _note(session, "capital.received", member, actor, {"pot": pot.value, "minor": amount.minor}, at)
    return posted.public_id


def pay_online(session: Session, *, member: Member, pot: Pot, actor: Actor, at: datetime) -> PaymentOrder:
    """Let a member pay online what is open of a pot; what runs already is gone on with.

    Raises:
        NothingOpen, TillClosed, AmountTooSmall: refused.
    """
    [holding] = queries.holdings(session, [member])
    if not holding.pots[pot]:
        raise errors.NothingOpen
    return place_order(
        session, organisation_id=member.organisation_id, account_id=_account(session, member, pot),
        kind=rules.PAID_ONLINE[pot], subject=queries.subkey(pot, member), amount=Money(holding.pots[pot]),
        description=rules.reference(member.number, pot), actor=actor, at=at,
    )  # fmt: skip


def pay_out(
    session: Session, *, member: Member, pot: Pot, amount: Money, paid_on: date, key: UUID, actor: Actor,
    at: datetime,
) -> UUID:  # fmt: skip
    """Book what was paid to a member from the bank; the public id of the transfer. `key` makes twice once.

    Capital of who left goes through `coops.leaving`, which guards the limit of a year.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        RuleBroken: AmountInvalid, MoreThanOwed, PaidOnInvalid.
    """
    member = _hold(session, member, actor, also_left=True)
    lines = queries.lines(session, [member])[member.id]
    rules.check_payment(amount, rules.open_since(lines, pot, paid_on), paid_on, local_date(at))
    posted = post(
        session, key=f"member-paid-out:{key}", kind=rules.PAID_OUT[pot], at=at, effective_at=_effective(paid_on, at),
        legs=[*legs(session, member, {pot: -amount.minor}), Leg(bank(session, member.organisation_id), -amount.minor)],
    )  # fmt: skip
    _note(session, "capital.paid_out", member, actor, {"pot": pot.value, "minor": amount.minor}, at)
    return posted.public_id


def undo_receipt(session: Session, *, member: Member, transfer_id: UUID, actor: Actor, at: datetime) -> None:
    """Take back a payment, in or out, that was booked by mistake: its exact opposite is posted, once.

    Raises:
        Forbidden, MemberNotFound: not the board of this cooperative.
        ReceiptNotFound: no payment of this member.
        SettledWith: what was paid in went into the settlement of a member who left.
    """
    member = _hold(session, member, actor, also_left=True)
    lines = queries.lines(session, [member])[member.id]
    kinds = {line.kind for line in lines if line.transfer == str(transfer_id)} & rules.PAYMENTS
    if not kinds:
        raise errors.ReceiptNotFound
    if member.left_on is not None and kinds & set(rules.PAID.values()):
        raise errors.SettledWith
    found = transfer(session, transfer_id, party_id=member.organisation_id).transfer
    reverse(session, key=f"member-undo:{transfer_id}", transfer_id=found.id, at=at)
    _note(session, "capital.undone", member, actor, {"transfer": str(transfer_id)}, at)


def remind(session: Session, *, actor: Actor, at: datetime) -> int:
    """Write to everybody who is behind and has a mail address, once a day at most; how many are behind.

    Raises:
        Forbidden: not the board.
    """
    home, today = hold_register(session, actor), local_date(at)
    late = [
        each for each in queries.holdings(session, registers.members(session, home)) if each.behind(today)
    ]
    owed = {each.member.id: Money(each.behind(today)) for each in late}
    write_to(
        session, [each.member for each in late], subject=N_("Er staat nog een bedrag open"),
        text=N_(
            "Beste %(name)s,\n\nBij %(coop)s staat nog %(amount)s open. Wilt u dat betalen? Naar welke rekening en met "
            "welke tekst, leest u via de link. Lukt het niet, bel of mail dan het bestuur. Samen vinden wij een manier."
        ),
        facts=lambda member: {"coop": actor.organisation_name, "amount": owed[member.id]},
        link="/membership/capital", at=at, key=f"capital-reminder-{today}",
    )  # fmt: skip
    record(
        session, action="capital.reminded", subject=f"organisation:{home}", actor_id=actor.user_id,
        facts={"members": len(late)}, at=at,
    )  # fmt: skip
    return len(late)


def _charge(
    session: Session, run: DuesRun, members: Sequence[Member], due_on: date, actor: Actor, at: datetime
) -> None:
    """Ask the dues of a run of members: in the books, each once, and by letter."""
    session.add_all([DuesCharge(run_id=run.id, member_id=each.id, due_on=due_on) for each in members])
    income = open_account(
        session, party_id=run.organisation_id, role=Role.REVENUE, subkey="dues", name="Contributie"
    )
    post_batch(
        session,
        [
            Posting(
                f"dues:{run.public_id}:{each.number}", rules.CHARGED,
                [*legs(session, each, {Pot.DUES: run.dues_minor}), Leg(income, -run.dues_minor)],
            )
            for each in members
        ],
        at=at,
    )  # fmt: skip
    _ask(session, members, Pot.DUES, run.dues_minor, due_on, actor, at, key=f"dues-{run.public_id}")


def _ask(
    session: Session, members: Sequence[Member], pot: Pot, minor: int, due_on: date, actor: Actor, at: datetime, *,
    key: str,
) -> None:  # fmt: skip
    """Write to members what they are asked: how much, until when, and how to pay it."""
    home = members[0].organisation_id
    account = queries.iban(session, home)
    told = {"coop": actor.organisation_name, "amount": Money(minor), "day": due_on, "iban": account}
    if pot is Pot.DUES:
        standing = mandates.active(session, home)
        debited = [each for each in members if queries.debit_subject(each) in standing]
        members = [each for each in members if queries.debit_subject(each) not in standing]
        write_to(
            session, debited, subject=N_("Uw contributie"),
            text=N_(
                "Beste %(name)s,\n\n%(coop)s vraagt u %(amount)s. U gaf een machtiging: wij schrijven het bedrag af. "
                "U krijgt eerst nog bericht van de dag. U hoeft niets te doen."
            ),
            facts=lambda _member: told, link="/membership/capital", at=at, key=key,
        )  # fmt: skip
    write_to(
        session, members, subject=N_("Uw deel van het kapitaal") if pot is Pot.CALLED else N_("Uw contributie"),
        text=N_(
            "Beste %(name)s,\n\n%(coop)s vraagt u %(amount)s. Betaal tot en met %(day)s op rekening %(iban)s. "
            "Zet erbij: %(reference)s."
        ) if account else N_(
            "Beste %(name)s,\n\n%(coop)s vraagt u %(amount)s. Betaal tot en met %(day)s. Vraag het bestuur op welke "
            "rekening. Zet erbij: %(reference)s."
        ),
        facts=lambda member: {**told, "reference": rules.reference(member.number, pot)},
        link="/membership/capital", at=at, key=key,
    )  # fmt: skip


def legs(session: Session, member: Member, pots: Mapping[Pot, int]) -> list[Leg]:
    """Lines on the accounts of a member, opened when they are not there; more of a pot is plus, in cents."""
    return [
        Leg(_account(session, member, pot), minor if rules.POTS[pot].debit else -minor)
        for pot, minor in pots.items()
        if minor
    ]


def collect_account(session: Session, member: Member) -> int:
    """The account of the dues of a member, which a debit is credited to."""
    return _account(session, member, Pot.DUES)


def bank(session: Session, organisation_id: int) -> int:
    """The bank account in the books of a cooperative."""
    return open_account(session, party_id=organisation_id, role=Role.BANK)


def _account(session: Session, member: Member, pot: Pot) -> int:
    facts = rules.POTS[pot]
    return open_account(
        session, party_id=member.organisation_id, role=facts.role, subkey=queries.subkey(pot, member),
        name=facts.name.format(number=member.number), floor=0 if facts.debit else None,
        ceiling=None if facts.debit else 0,
    )  # fmt: skip


def _effective(day: date, at: datetime) -> datetime | None:
    """The instant at which something of a day counts; None for today."""
    return None if day == local_date(at) else midnight(day)


def _hold(session: Session, member: Member, actor: Actor, *, also_left: bool = False) -> Member:
    """The member of the board's own cooperative as it is now, whose register is held."""
    if member.organisation_id != hold_register(session, actor):
        raise MemberNotFound
    member = registers.locked(session, member)
    if member.left_on is not None and not also_left:
        raise errors.HasLeft
    return member


def _note(
    session: Session, action: str, member: Member, actor: Actor, facts: Mapping[str, object], at: datetime
) -> None:
    record(
        session,
        action=action,
        subject=f"member:{member.public_id}",
        actor_id=actor.user_id,
        facts=facts,
        at=at,
    )
