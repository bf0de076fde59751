"""Giving a mandate to the own bank, making a file of what was announced, and hearing what the bank says of it."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from coops.capital import queries as capital
from coops.capital.rules import COLLECTED, Pot
from coops.capital.services import collect_account
from coops.collecting import queries
from coops.collecting.models import DuesCollection
from coops.collecting.rules import CollectionState
from coops.collecting.services import settle_announced
from coops.members.models import Member
from coops.members.services import hold_register, write_to
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from ledger.bounces.rules import bounce
from ledger.checkout import queries as checkout
from ledger.collected.queries import transfers
from ledger.collected.services import take_in
from ledger.debits import errors, rules
from ledger.debits import queries as files
from ledger.debits import services as debits
from ledger.debits.events import BankDebitEnded, BankDebitWithdrawn
from ledger.debits.models import BankDebit, DebitCreditor, DebitFile
from ledger.debits.rules import Wanted
from ledger.mandates import queries as mandates
from ledger.mandates import services as mandate_services
from ledger.mandates.errors import DebitOff, NotAgreed
from ledger.mandates.models import DebitMandate

ON_PAPER = "Getekend op papier."
"""What stands for the text of a paper: the paper itself stays with the cooperative."""


def set_creditor(
    session: Session, *, creditor_id: str, iban: str, version: int, actor: Actor, at: datetime
) -> DebitCreditor:
    """The board writes the contract with its bank down.

    Raises:
        Forbidden: not the board. CreditorChanged, CreditorIdInvalid, CreditorIbanInvalid: refused.
    """
    home = hold_register(session, actor)
    return debits.set_creditor(
        session, organisation_id=home, creditor_id=creditor_id, iban=iban, version=version, actor=actor, at=at
    )  # fmt: skip


def give_by_phone(
    session: Session, *, member: Member, agreed: bool, iban: str, holder: str, wording: str, actor: Actor, at: datetime
) -> DebitMandate:  # fmt: skip
    """A member gives a mandate with the own account. `wording`: what was read at the tick, it is kept.

    Raises:
        NotAgreed: no tick. AccountInvalid, HolderInvalid: at the field.
        DebitOff: the cooperative does not collect through its bank. MandateStands: given before.
    """
    if not agreed:
        raise NotAgreed(field="agreed")
    return _give(session, member, "phone", actor.user_id, iban, holder, wording, local_date(at), actor, at)


def give_on_paper(
    session: Session, *, member: Member, iban: str, holder: str, signed_on: date, actor: Actor, at: datetime
) -> DebitMandate:
    """The board writes down a mandate that a member signed on paper.

    Raises:
        Forbidden: not the board of the member. SignedInFuture, SignedTooLongAgo and others as for a phone.
    """
    home = hold_register(session, actor)
    if member.organisation_id != home:
        raise DebitOff
    rules.check_signed(signed_on, local_date(at))
    return _give(session, member, "paper", member.user_id, iban, holder, ON_PAPER, signed_on, actor, at)


def _give(
    session: Session, member: Member, medium: str, payer_id: int | None, iban: str, holder: str, wording: str,
    given_on: date, actor: Actor, at: datetime,
) -> DebitMandate:  # fmt: skip
    if files.find_creditor(session, member.organisation_id) is None:
        raise DebitOff
    return mandate_services.give_to_bank(
        session, organisation_id=member.organisation_id, subject=capital.debit_subject(member), wording=wording,
        medium=medium, payer_id=payer_id, iban=rules.check_account(iban), holder=rules.check_holder(holder),
        reference=f"LID{member.number}-B", given_on=given_on, actor=actor, at=at,
    )  # fmt: skip


def end_mandate(session: Session, *, member: Member, actor: Actor, at: datetime) -> None:
    """The board ends a mandate of the own bank, for instance by a letter of the member.

    Raises:
        Forbidden: not the board of the member. MandateOver: none stands.
    """
    home = hold_register(session, actor)
    found = mandates.latest(session, home, capital.debit_subject(member))
    if found is None or found.iban is None:
        raise DebitOff
    mandate_services.withdraw(session, mandate=found, actor=actor, at=at)


def make_file(session: Session, *, actor: Actor, at: datetime) -> DebitFile:
    """One file of all that was announced and falls within two weeks, once, however many make one at once.

    What is paid meanwhile, or may no longer be collected, is stopped; what the member is paying online waits.

    Raises:
        Forbidden: not the board. CreditorMissing, NothingToDebit: nothing is made.
    """
    home = hold_register(session, actor)
    if files.find_creditor(session, home) is None:
        raise errors.CreditorMissing
    found = mandates.find_terms(session, home)
    held: list[DuesCollection] = []
    wanted: list[Wanted] = []
    for run_id, member_id in queries.for_bank(session, home, local_date(at) + rules.AHEAD):
        each = queries.locked(session, run_id, member_id)
        amount = settle_announced(session, each) if each is not None else 0
        if each is None or not amount or _is_paying(session, each.member):
            continue
        held.append(each)
        wanted.append(
            Wanted(
                each.mandate_id, f"dues:{run_id}:{each.member.public_id}", collect_account(session, each.member),
                COLLECTED, amount, each.collect_on, found.words if found else "Contributie",
            )
        )  # fmt: skip
    made = debits.make_file(session, organisation_id=home, wanted=wanted, actor=actor, at=at)
    for each, line in zip(held, made.lines, strict=True):
        each.state, each.debit_id, each.sent_at = CollectionState.SENT, line.id, at
    session.flush()
    return made


def _is_paying(session: Session, member: Member) -> bool:
    return checkout.running(session, capital.subkey(Pot.DUES, member)) is not None


def withdraw_file(session: Session, *, file: DebitFile, actor: Actor, at: datetime) -> None:
    """The board never sent a file: what is in it is announced as before.

    Raises:
        Forbidden: not the board. FileUsed: the bank told of it.
    """
    hold_register(session, actor)
    if transfers(session, [each.id for each in file.lines]):
        raise errors.FileUsed
    debits.withdraw_file(session, file=file, actor=actor, at=at)


def refuse(session: Session, *, debit: BankDebit, code: str, actor: Actor, at: datetime) -> None:
    """The bank refused a debit of a file before it came in; `code`: why, or "". What waited for that is booked.

    Raises:
        Forbidden: not the board. DebitDecided: it came in, or ended before.
    """
    home = hold_register(session, actor)
    if transfers(session, [debit.id]):
        raise errors.DebitDecided
    debits.end_debit(session, debit=debit, code=code, returned=False, at=at)
    take_in(session, party_id=home, actor=actor, at=at)


def hear_withdrawn(session: Session, event: BankDebitWithdrawn) -> None:
    """A debit was never sent: the collection is announced as before."""
    held = queries.of_debit(session, event.debit_id)
    if held is not None:
        held.state, held.debit_id, held.sent_at = CollectionState.ANNOUNCED, None, None
        session.flush()


def hear_ended(session: Session, event: BankDebitEnded) -> None:
    """A debit was refused or returned: the collection says so, the member hears it, and the mandate may end."""
    held = queries.of_debit(session, event.debit_id)
    if held is None:
        return
    held.state = CollectionState.RETURNED if event.returned else CollectionState.FAILED
    held.code = event.code
    session.flush()
    if bounce(event.code).ends:
        mandate_services.end_by_bank(session, mandate_id=held.mandate_id, at=event.at)
    account = capital.iban(session, held.member.organisation_id)
    told = {"amount": Money(held.taken), "iban": account or "–"}
    write_to(
        session, [held.member], subject=N_("De afschrijving van uw contributie ging niet door"),
        text=N_(
            "Beste %(name)s,\n\nWij wilden %(amount)s van uw rekening afschrijven. De bank deed het niet, of draaide "
            "het terug. Het bedrag staat weer open. Betaal het zelf op rekening %(iban)s, of bel het bestuur."
        ),
        facts=lambda _member: told, link="/membership/mandate", at=event.at, key=f"debit-ended-{event.debit_id}",
    )  # fmt: skip
