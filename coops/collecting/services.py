"""Giving a mandate for dues, announcing a collection, and collecting once per member and period."""

from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.capital import queries as capital
from coops.capital.rules import COLLECTED, Pot
from coops.capital.services import collect_account
from coops.collecting import errors, queries, rules
from coops.collecting.models import DuesCollection
from coops.collecting.rules import CollectionState, Stop
from coops.members.models import Member
from coops.members.services import hold_register, write_to
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from ledger.bounces.rules import bounce
from ledger.checkout.events import DebitEnded
from ledger.debits import queries as bank
from ledger.debits.rules import banking_day
from ledger.mandates import queries as mandates
from ledger.mandates import rules as terms
from ledger.mandates import services as debits
from ledger.mandates.errors import NotAgreed
from ledger.mandates.models import DebitMandate, DebitTerms


def set_terms(
    session: Session, *, notice_days: int, words: str, version: int, actor: Actor, at: datetime
) -> DebitTerms:
    """The board begins to collect dues, or changes on which terms.

    Raises:
        Forbidden: not the board.
        DebitTermsChanged: somebody was first.
        TillClosed, NoticeInvalid, WordsInvalid: refused.
    """
    home = hold_register(session, actor)
    return debits.set_terms(
        session, organisation_id=home, notice_days=notice_days, words=words, version=version, actor=actor, at=at,
        own_bank=bank.find_creditor(session, home) is not None,
    )  # fmt: skip


def give(
    session: Session, *, member: Member, agreed: bool, wording: str, actor: Actor, at: datetime
) -> DebitMandate:
    """A member gives a mandate; it stands once the provider says so. `wording`: what was read at the tick, it is kept.

    Raises:
        NotAgreed: no tick. DebitOff: the cooperative does not collect. MandateStands: given before.
    """
    if not agreed:
        raise NotAgreed(field="agreed")
    return debits.ask_mandate(
        session, organisation_id=member.organisation_id, subject=capital.debit_subject(member), wording=wording,
        actor=actor, at=at,
    )  # fmt: skip


def announce(session: Session, *, organisation_id: int, at: datetime) -> int:
    """Tell every member with a mandate what will be collected and when, once per member and period; how many.

    The day is never less than the agreed days after the letter, and not before the dues are due. The mandates of who
    left end.
    """
    found = mandates.find_terms(session, organisation_id)
    rows = queries.unannounced(session, organisation_id) if found else ()
    standing = mandates.active(session, organisation_id)
    for member in queries.of_leavers(session, organisation_id, list(standing)):
        mandate = standing.pop(capital.debit_subject(member))
        debits.withdraw(session, mandate=mandate, actor=_payer(mandate), at=at)
    rows = [row for row in rows if capital.debit_subject(row[1]) in standing]
    if found is None or not rows:
        return 0
    today, done = local_date(at), 0
    members = list({member.id: member for _, member in rows}.values())
    still_open = {
        (each.member.id, due.about): due.minor
        for each in capital.holdings(session, members)
        for pot, due in each.unpaid()
        if pot is Pot.DUES
    }
    for charge, member in rows:
        open_now = still_open.get((member.id, charge.run_id), 0)
        amount = rules.collectable(open_now, open_now)
        mandate = standing[capital.debit_subject(member)]
        day = terms.collect_on(charge.due_on, today, found.notice_days)
        day = banking_day(day) if mandate.iban else day
        if amount and _keep(session, charge.run_id, member, mandate, amount, today, day):
            _tell(session, member, mandate, amount, day, charge.run_id, at)
            done += 1
    return done


def _keep(
    session: Session, run_id: int, member: Member, mandate: DebitMandate, amount: int, today: date, day: date
) -> bool:
    row = {
        "run_id": run_id, "member_id": member.id, "public_id": uuid7(), "mandate_id": mandate.id, "amount": amount,
        "announced_on": today, "collect_on": day, "state": CollectionState.ANNOUNCED, "code": "",
    }  # fmt: skip
    made = insert(DuesCollection).values(row).on_conflict_do_nothing(index_elements=["run_id", "member_id"])
    return session.scalar(made.returning(DuesCollection.run_id)) is not None


def _tell(
    session: Session, member: Member, mandate: DebitMandate, amount: int, day: date, run_id: int, at: datetime
) -> None:
    creditor = bank.find_creditor(session, member.organisation_id) if mandate.iban else None
    told = {
        "coop": mandates.creditor(session, mandate), "amount": Money(amount), "day": day,
        "reference": mandate.reference, "last4": mandate.last4, "creditor": creditor.creditor_id if creditor else "",
    }  # fmt: skip
    write_to(
        session, [member], subject=N_("Wij schrijven uw contributie af"),
        text=N_(
            "Beste %(name)s,\n\n%(coop)s schrijft op %(day)s %(amount)s af van uw rekening die eindigt op %(last4)s, "
            "met machtiging %(reference)s. U hoeft niets te doen. Klopt het niet, of komt het niet uit? Bel of mail "
            "het bestuur voor die dag, of trek uw machtiging in via de link."
        ) if creditor is None else N_(
            "Beste %(name)s,\n\n%(coop)s schrijft op %(day)s %(amount)s af van uw rekening die eindigt op %(last4)s, "
            "met machtiging %(reference)s. Het incassant-ID is %(creditor)s. U hoeft niets te doen. Klopt het niet, of "
            "komt het niet uit? Bel of mail het bestuur voor die dag."
        ),
        facts=lambda _member: told, link="/membership/mandate", at=at, key=f"collect-{run_id}",
    )  # fmt: skip


def collect(session: Session, *, run_id: int, member_id: int, at: datetime) -> DuesCollection | None:
    """Send an announced collection whose day came, once, however many do it at once; None when it waits.

    It waits while another payment of the same debt is on its way. It is stopped where nothing is open any more, the
    mandate ended, or the member left.
    """
    held = queries.locked(session, run_id, member_id)
    if held is None or held.collect_on > local_date(at):
        return None
    member, amount = held.member, settle_announced(session, held)
    if not amount:
        return held
    mandate = mandates.locked(session, held.mandate_id)
    if mandate.iban is not None:
        return None  # it goes in a file for the own bank
    found = mandates.find_terms(session, member.organisation_id)
    order = debits.collect(
        session, mandate=mandate, account_id=collect_account(session, member), kind=COLLECTED,
        subject=capital.subkey(Pot.DUES, member), description=found.words if found else "Contributie",
        amount=Money(amount), at=at,
    )  # fmt: skip
    if order is None:
        return None
    held.state, held.order_id, held.sent_at = CollectionState.SENT, order.id, at
    session.flush()
    return held


def settle_announced(session: Session, held: DuesCollection) -> int:
    """What is taken now of an announced collection that is held, in cents; 0: it was stopped."""
    [holding] = capital.holdings(session, [held.member])
    still = sum(due.minor for pot, due in holding.unpaid() if pot is Pot.DUES and due.about == held.run_id)
    amount = rules.collectable(held.amount, still)
    why = Stop.LEFT if held.member.left_on is not None else None if amount else Stop.PAID
    if why is None and mandates.locked(session, held.mandate_id).state is not terms.MandateState.ACTIVE:
        why = Stop.NO_MANDATE
    if why is None:
        return amount
    _stop(session, held, why)
    return 0


def _payer(mandate: DebitMandate) -> Actor | None:
    return Actor(mandate.payer_id, "") if mandate.payer_id else None


def stop(session: Session, *, collection: DuesCollection, actor: Actor, at: datetime) -> None:
    """The board stops an announced collection: what is open stays open.

    Raises:
        CollectionGone: it was sent or stopped.
    """
    hold_register(session, actor)
    held = queries.locked(session, collection.run_id, collection.member_id)
    if held is None:
        raise errors.CollectionGone
    _stop(session, held, Stop.BOARD)
    record(
        session, action="collecting.stopped", subject=f"dues_collection:{held.public_id}", actor_id=actor.user_id, at=at
    )  # fmt: skip


def _stop(session: Session, held: DuesCollection, why: Stop) -> DuesCollection:
    held.state, held.stop = CollectionState.STOPPED, why
    session.flush()
    return held


def hear_ended(session: Session, event: DebitEnded) -> None:
    """A debit was refused or returned: the collection says so; where the bank wants no more, the mandate ends."""
    held = queries.of_order(session, event.order_id)
    if held is None:
        return
    held.state = CollectionState.RETURNED if event.returned else CollectionState.FAILED
    held.code = event.code
    session.flush()
    if bounce(event.code).ends:
        debits.end_by_bank(session, mandate_id=held.mandate_id, at=event.at)
