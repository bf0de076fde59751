"""Asking for money ahead, deciding, signing, paying out, writing off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.credit import errors, policy, queries, rules
from coops.credit.models import CreditApplication
from coops.credit.rules import State
from coops.fund.models import Fund
from coops.fund.queries import fund_locked, terms
from coops.fund.rules import LONGEST, cost
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Action, Actor, Role
from cwb.kernel.text import N_
from ledger.advances import queries as advances
from ledger.advances import services as ahead
from ledger.advances.errors import NothingToLose
from ledger.advances.events import AdvanceReleased
from ledger.agreements.events import AgreementReduced
from ledger.invoicing.services import tell


@dataclass(frozen=True, slots=True)
class Wish:
    """What a cooperative asks: an amount, until when, for what, and how it is paid back."""

    amount: Money
    due_on: date
    purpose: str
    plan: str


def ask(
    session: Session, *, fund: Fund, invoice_id: int | None, agreement_id: int | None, wish: Wish, actor: Actor,
    at: datetime,
) -> CreditApplication:  # fmt: skip
    """Ask for money ahead on an approved invoice or a running contract of one's own.

    Raises:
        Forbidden: not by a board.
        AlreadyAsked: an application or advance rests on it.
        BaseNotFound, TermsMissing, DueWrong, TextTooShort, AmountMissing, AboveShare, AboveRoom, AboveFund: refused.
    """
    if not policy.may(actor, policy.ASK) or actor.organisation_id is None:
        raise Forbidden
    own = {"invoice_id": invoice_id, "agreement_id": agreement_id}
    fund = fund_locked(session, fund.id)
    found = queries.base(session, borrower_id=actor.organisation_id, **own)
    which = {**own, "borrower_id": actor.organisation_id}
    if advances.is_taken(session, **which) or queries.is_asked(session, **which):  # type: ignore[arg-type]
        raise errors.AlreadyAsked
    rules.check_due(wish.due_on, local_date(at))
    limits = queries.room(
        session, fund=fund, found=found, borrower_id=actor.organisation_id, due_on=wish.due_on, at=at
    )
    rules.check_amount(wish.amount, limits)
    made = CreditApplication(
        fund_id=fund.id, debtor_id=found.debtor_id, amount=wish.amount.minor, due_on=wish.due_on,
        rate=_rate(session, fund, at), purpose=rules.told(wish.purpose, "purpose")[:LONGEST],
        plan=rules.told(wish.plan, "plan")[:LONGEST], state=State.ASKED, reasons="", conditions="", loss_reason="",
        asked_at=at, asked_by_id=actor.user_id, **which,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        raise errors.AlreadyAsked from fault
    _note(session, "asked", made, actor, at)
    held = queries.locked(session, made.id)
    _tell(
        session, held, organisation_by_id(session, fund.keeper_id), (Role.ALLIANCE,), "asked", at,
        N_("Aanvraag van een voorschot door %(borrower)s"),
        N_("%(borrower)s vraagt %(amount)s vooraf op werk voor %(debtor)s. Lees de aanvraag en beslis."),
    )  # fmt: skip
    return held


def decide(
    session: Session, *, application: CreditApplication, approved: bool, reasons: str, conditions: str, actor: Actor,
    at: datetime,
) -> CreditApplication:  # fmt: skip
    """Approve or refuse, with reasons; after a refusal a new application can be made.

    Raises:
        Forbidden, NotImpartial: somebody else decides.
        NotWaiting: decided or withdrawn in the meantime.
        TextTooShort, AboveShare, AboveRoom, AboveFund, DueWrong: nothing has changed.
    """
    held = _held(session, application, policy.DECIDE, actor, locks_fund=True)
    rules.check_state(held.state, State.ASKED)
    rules.check_decider(actor.user_id, queries.ties(session, held, actor.user_id))
    why = rules.told(reasons, "reasons")
    if approved:
        rules.check_due(held.due_on, local_date(at))
        rules.check_amount(Money(held.amount), _room(session, held, at))
    held.state = State.APPROVED if approved else State.REFUSED
    held.decided_at, held.decided_by_id = at, actor.user_id
    held.reasons, held.conditions = why, conditions.strip() if approved else ""
    session.flush()
    _note(session, "approved" if approved else "refused", held, actor, at)
    text = N_("Uw aanvraag van %(amount)s is goedgekeurd. Het bestuur tekent nu de akte. Reden: %(reasons)s")
    if not approved:
        text = N_("Uw aanvraag van %(amount)s is afgewezen. U mag opnieuw vragen. Reden: %(reasons)s")
    _tell(
        session, held, held.borrower, (Role.BOARD,), "decided", at,
        N_("Besluit over uw voorschot"), text, {"reasons": why},
    )  # fmt: skip
    return held


def sign_deed(
    session: Session, *, application: CreditApplication, agreed: bool, actor: Actor, at: datetime
) -> CreditApplication:
    """The board signs the deed of assignment (BW 3:94); the same act sends the notice to who pays.

    Raises:
        Forbidden: not by the cooperative's board.
        NotWaiting: not approved, or signed before.
        NotAgreed, DueWrong, and the limits of asking: nothing has changed.
        AlreadyAdvanced: money ahead rests on it by now.
    """
    held = _held(session, application, policy.ASK, actor, locks_fund=True)
    rules.check_state(held.state, State.APPROVED)
    if not agreed:
        raise errors.NotAgreed(field="agreed")
    rules.check_due(held.due_on, local_date(at))
    rules.check_amount(Money(held.amount), _room(session, held, at))
    fee = cost(held.amount, held.rate, (held.due_on - local_date(at)).days)
    made = ahead.assign(
        session, fund=held.fund.organisation, borrower_id=held.borrower_id, debtor_id=held.debtor_id,
        invoice_id=held.invoice_id, agreement_id=held.agreement_id, amount=Money(held.amount), fee=Money(fee),
        rate=held.rate, due_on=held.due_on, actor=actor, at=at,
    )  # fmt: skip
    held.advance_id, held.state, held.signed_at, held.signed_by_id = made.id, State.SIGNED, at, actor.user_id
    session.flush()
    _note(session, "signed", held, actor, at)
    _tell(
        session, held, held.debtor, (Role.PURCHASER, Role.BOARD), "notice", at,
        N_("Mededeling: %(borrower)s droeg een betaling over"),
        N_("Betaal %(what)s van %(borrower)s vanaf nu op rekening %(iban)s van %(fund)s. Lees de mededeling."),
        {"iban": made.fund_iban, "fund": held.fund.organisation.name, "what": _what(held)},
        f"/credit/{held.public_id}/notice",
    )  # fmt: skip
    return queries.locked(session, held.id)


def withdraw(
    session: Session, *, application: CreditApplication, actor: Actor, at: datetime
) -> CreditApplication:
    """Take an application back before the money was paid out; who was told to pay the fund hears that it ended.

    Raises:
        Forbidden: only who asked takes it back.
        NotWaiting: refused or withdrawn before. AlreadyPaidOut: too late.
    """
    held = _held(session, application, policy.WITHDRAW, actor)
    rules.check_state(held.state, State.ASKED, State.APPROVED, State.SIGNED)
    if held.advance_id is not None:
        ahead.withdraw(session, advance_id=held.advance_id, actor=actor, at=at)
        _tell_release(session, held, at)
    held.state, held.withdrawn_at, held.withdrawn_by_id = State.WITHDRAWN, at, actor.user_id
    session.flush()
    _note(session, "withdrawn", held, actor, at)
    return held


def pay_out(
    session: Session, *, application: CreditApplication, paid_on: date, actor: Actor, at: datetime
) -> CreditApplication:
    """Write down that the fund paid the cooperative; somebody else than who decided.

    Raises:
        Forbidden, SecondPerson: somebody else does this.
        NotWaiting: not signed. AlreadyPaidOut: before.
        AboveOpen: less will still be paid than the advance with its cost. DayInFuture, DayTooEarly, FloorPassed.
    """
    held = _held(session, application, policy.RUN, actor, locks_fund=True)
    rules.check_state(held.state, State.SIGNED)
    rules.check_second(actor.user_id, held.decided_by_id)
    ahead.pay_out(
        session, advance_id=held.advance_id or 0, still_open=Money(queries.base_of(session, held).assignable),
        paid_on=paid_on, actor=actor, at=at,
    )  # fmt: skip
    held.paid_out_by_id = actor.user_id
    session.flush()
    _tell(
        session, held, held.borrower, (Role.BOARD, Role.MEMBER), "paid_out", at,
        N_("Uw voorschot is uitbetaald"),
        N_("Het fonds betaalde %(amount)s aan u. %(debtor)s betaalt nu aan het fonds. De rest gaat naar u."),
    )  # fmt: skip
    return held


def receive(
    session: Session, *, application: CreditApplication, amount: Money, paid_on: date, from_debtor: bool, key: str,
    actor: Actor, at: datetime,
) -> CreditApplication:  # fmt: skip
    """Write down money on the fund's account: from the cooperative itself, or too much from who pays.

    Raises:
        Forbidden: not by the keeper.
        NotWaiting: nothing was signed. NotRunning, AboveOwed, AmountInvalid, DayInFuture, DayTooEarly.
    """
    held = _held(session, application, policy.RUN, actor)
    rules.check_state(held.state, State.SIGNED)
    act = ahead.record_surplus if from_debtor else ahead.repay
    act(session, advance_id=held.advance_id or 0, amount=amount, paid_on=paid_on, key=key, actor=actor, at=at)
    return held


def propose_loss(
    session: Session, *, application: CreditApplication, reason: str, actor: Actor, at: datetime
) -> CreditApplication:
    """Say that an overdue advance will not come back; a second person confirms it.

    Raises:
        Forbidden: not by the keeper. NotWaiting: proposed before. NotOverdue, NothingToLose, TextTooShort.
    """
    held = _held(session, application, policy.LOSE, actor)
    if held.loss_proposed_at is not None or held.advance is None:
        raise errors.NotWaiting
    rules.check_overdue(held.due_on, local_date(at))
    if not held.advance.claim.outstanding:
        raise NothingToLose
    held.loss_reason = rules.told(reason, "reason")
    held.loss_proposed_at, held.loss_proposed_by_id = at, actor.user_id
    session.flush()
    _note(session, "loss_proposed", held, actor, at)
    return held


def confirm_loss(
    session: Session, *, application: CreditApplication, read: bool, actor: Actor, at: datetime
) -> CreditApplication:
    """Book the loss, as the second person who read why; the cooperative still owes it, and hears that.

    Raises:
        Forbidden, SecondPerson: somebody else confirms. NotWaiting: not proposed, or done. NothingToLose.
        ReasonUnread: at the field.
    """
    held = _proposed(session, application, actor)
    rules.check_second(actor.user_id, held.loss_proposed_by_id)
    if not read:
        raise errors.ReasonUnread(field="read")
    ahead.write_off(session, advance_id=held.advance_id or 0, actor=actor, at=at)
    held.loss_confirmed_at, held.loss_confirmed_by_id = at, actor.user_id
    session.flush()
    _note(session, "loss_confirmed", held, actor, at)
    owed = held.advance.claim.owed if held.advance else 0
    _tell(
        session, held, held.borrower, (Role.BOARD, Role.MEMBER), "written_off", at,
        N_("Uw voorschot is afgeboekt"),
        N_("Het fonds rekent niet meer op dit geld. U blijft %(owed)s schuldig. Bel het programma als dat niet lukt."),
        {"owed": Money(owed)},
    )  # fmt: skip
    return held


def drop_loss(
    session: Session, *, application: CreditApplication, actor: Actor, at: datetime
) -> CreditApplication:
    """Take a proposed loss back, or refuse it as the second person: the advance runs on. The log keeps who and when.

    Raises:
        Forbidden: not by the keeper. NotWaiting: not proposed, or booked.
    """
    held = _proposed(session, application, actor)
    held.loss_reason, held.loss_proposed_at, held.loss_proposed_by_id = "", None, None
    session.flush()
    _note(session, "loss_dropped", held, actor, at)
    return held


def _proposed(session: Session, application: CreditApplication, actor: Actor) -> CreditApplication:
    held = _held(session, application, policy.LOSE, actor)
    if held.loss_proposed_at is None or held.loss_confirmed_at is not None:
        raise errors.NotWaiting
    return held


def see_notice(
    session: Session, *, application: CreditApplication, actor: Actor, at: datetime
) -> CreditApplication:
    """The anchor says that it read the notice; the notice holds without it too.

    Raises:
        Forbidden: not by who pays.
    """
    held = _held(session, application, policy.NOTICE, actor)
    ahead.mark_seen(session, advance_id=held.advance_id or 0, actor=actor, at=at)
    return held


def hear_released(session: Session, event: AdvanceReleased) -> None:
    """All is repaid: who pays and the cooperative hear that the assignment ended."""
    found = queries.find_of_advance(session, event.advance_id)
    if found is None:
        return
    _tell_release(session, found, event.at)
    _tell(
        session, found, found.borrower, (Role.BOARD,), "repaid", event.at,
        N_("Uw voorschot is terugbetaald"),
        N_("Het voorschot van %(amount)s is helemaal terug. %(debtor)s betaalt weer aan u."),
    )  # fmt: skip


def hear_reduced(session: Session, event: AgreementReduced) -> None:
    """A contract was lowered: where more is ahead than it can bear now, who decides and who keeps the fund hear it."""
    for each in queries.resting_on(session, event.agreement_id):
        too_much = queries.above(session, each, local_date(event.at))
        if too_much and each.agreement is not None:
            _tell(
                session, each, organisation_by_id(session, each.fund.keeper_id), (Role.ALLIANCE, Role.PROGRAMME),
                f"above-{each.agreement.reduced}", event.at,
                N_("Het contract onder een voorschot werd lager: %(borrower)s"),
                N_("Op %(what)s staat %(too_much)s meer vooruit dan nu nog kan. Er verandert niets vanzelf."),
                {"what": _what(each), "too_much": Money(too_much)},
            )  # fmt: skip


def _held(
    session: Session,
    application: CreditApplication,
    action: Action,
    actor: Actor,
    *,
    locks_fund: bool = False,
) -> CreditApplication:
    """The application, locked after its fund where free capital counts, for who may do this."""
    if locks_fund:
        fund_locked(session, application.fund_id)
    held = queries.locked(session, application.id)
    if not policy.may(actor, action, held):
        raise Forbidden
    return held


def _room(session: Session, held: CreditApplication, at: datetime) -> rules.Room:
    return queries.room(
        session, fund=held.fund, found=queries.base_of(session, held), borrower_id=held.borrower_id,
        due_on=held.due_on, at=at, besides=held.id,
    )  # fmt: skip


def _rate(session: Session, fund: Fund, at: datetime) -> Decimal:
    return terms(session, fund.id, local_date(at)).rate


def _what(held: CreditApplication) -> str:
    if held.invoice is not None:
        return held.invoice.number or ""
    return held.agreement.reference if held.agreement else ""


def _tell_release(session: Session, held: CreditApplication, at: datetime) -> None:
    _tell(
        session, held, held.debtor, (Role.PURCHASER, Role.BOARD), "released", at,
        N_("Betaal %(borrower)s weer op zijn eigen rekening"),
        N_("De overdracht van %(what)s door %(borrower)s is voorbij. Betaal weer aan de leverancier zelf."),
        {"what": _what(held)}, f"/credit/{held.public_id}/notice",
    )  # fmt: skip


def _tell(
    session: Session, held: CreditApplication, to: Organisation, roles: tuple[Role, ...], act: str, at: datetime,
    subject: str, text: str, more: Mapping[str, object] | None = None, link: str = "",
) -> None:  # fmt: skip
    facts = {
        "borrower": held.borrower.name, "debtor": held.debtor.name, "amount": Money(held.amount), **(more or {}),
    }  # fmt: skip
    tell(
        session, to, roles, key=f"credit:{held.public_id}:{act}", subject=subject, text=text, facts=facts,
        link=link or f"/credit/{held.public_id}", at=at,
    )  # fmt: skip


def _note(session: Session, act: str, held: CreditApplication, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"credit.{act}", subject=f"credit:{held.public_id}", actor_id=actor.user_id,
        facts={"amount": held.amount}, at=at,
    )  # fmt: skip
