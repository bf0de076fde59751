"""Giving, seeing, withdrawing and using mandates. All in the caller's transaction."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from ledger.checkout import queries as checkout
from ledger.checkout.errors import CallRefused, TillClosed
from ledger.checkout.gateway import Provider
from ledger.checkout.models import PaymentOrder
from ledger.checkout.rules import Pull
from ledger.checkout.services import place_order
from ledger.mandates import errors, gateway, queries, rules
from ledger.mandates.models import DebitMandate, DebitTerms
from ledger.mandates.rules import LIVE, MandateState

LETTERS = {
    MandateState.ACTIVE: (
        N_("Uw machtiging staat"),
        N_(
            "U gaf %(coop)s een machtiging, met kenmerk %(reference)s. Dit sprak u af:\n\n%(wording)s\n\n"
            "Niet zelf gedaan? Trek haar in via de link en bel het bestuur."
        ),
    ),
    MandateState.WITHDRAWN: (
        N_("Uw machtiging is ingetrokken"),
        N_(
            "%(coop)s schrijft niets meer af met kenmerk %(reference)s. Wat al bij de bank ligt, gaat nog door."
        ),
    ),
    MandateState.REVOKED: (
        N_("Uw machtiging geldt niet meer"),
        N_("De bank beëindigde uw machtiging aan %(coop)s, kenmerk %(reference)s. U kunt een nieuwe geven."),
    ),
    MandateState.LAPSED: (
        N_("Uw machtiging is vervallen"),
        N_(
            "Drie jaar lang schreef %(coop)s niets af met kenmerk %(reference)s. Daarom vervalt de machtiging."
        ),
    ),
}
"""State → the letter to the payer when it begins."""


def set_terms(
    session: Session, *, organisation_id: int, notice_days: int, words: str, version: int, actor: Actor, at: datetime,
    own_bank: bool = False,
) -> DebitTerms:  # fmt: skip
    """Begin to take direct debits, or change on which terms; what was announced stays as it was.

    `own_bank`: the organisation may take them through its bank, so that it needs no provider.

    Raises:
        DebitTermsChanged: somebody was first. `version` is 0 for the first time.
        TillClosed, NoticeInvalid, WordsInvalid: refused.
    """
    words = rules.check_terms(notice_days, words)
    if not own_bank and checkout.find_till(session, organisation_id) is None:
        raise TillClosed
    found = queries.find_terms(session, organisation_id)
    if (found.version if found else 0) != version:
        raise errors.DebitTermsChanged
    if found is None:
        found = DebitTerms(organisation_id=organisation_id)
        session.add(found)
    found.notice_days, found.words, found.version = notice_days, words, version + 1
    found.saved_by_id, found.saved_at = actor.user_id, at
    session.flush()
    record(
        session, action="debits.terms", subject=f"organisation:{organisation_id}", actor_id=actor.user_id,
        facts={"notice_days": notice_days, "words": words}, at=at,
    )  # fmt: skip
    return found


def ask_mandate(
    session: Session, *, organisation_id: int, subject: str, wording: str, actor: Actor, at: datetime
) -> DebitMandate:
    """Begin to give a mandate: what was begun before about this is gone on with.

    Raises:
        DebitOff: the organisation takes none. MandateStands: it was given.
    """
    till = checkout.find_till(session, organisation_id)
    if till is None or queries.find_terms(session, organisation_id) is None:
        raise errors.DebitOff
    session.refresh(till, with_for_update=True)
    found = queries.find_live(session, organisation_id, subject)
    if found is not None and found.state is MandateState.ACTIVE:
        raise errors.MandateStands
    if found is not None:
        return found
    made = DebitMandate(
        organisation_id=organisation_id, payer_id=actor.user_id, subject=subject, wording=wording, till=till.account,
        asked_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def settle_mandate(
    session: Session, *, mandate_id: int, door: Provider, at: datetime, back: str = "/", prefix: str = ""
) -> DebitMandate:
    """Look at the provider how a mandate stands, the one way for message, page of return and sweep.

    What was not asked there yet is asked, under the row's own key; `back`: where its page leads, `prefix`: how the
    reference begins (at most 12 signs).

    Raises:
        ProviderBusy, CallRefused: nothing changed.
    """
    held = queries.locked(session, mandate_id)
    if held.iban is not None:
        return held  # no provider knows of it
    if held.state is MandateState.ACTIVE:
        if not gateway.stands(door, held.mandate or "", held.till):
            _end(session, held, MandateState.REVOKED, at)
    elif held.state is MandateState.ASKED and held.session is None:
        held.session, held.url = gateway.create_setup(
            door, mark=str(held.public_id), account=held.till, back=back, prefix=prefix[:12], key=str(held.public_id)
        )  # fmt: skip
    elif held.state is MandateState.ASKED:
        _look(session, held, door, at)
    session.flush()
    return held


def give_to_bank(
    session: Session, *, organisation_id: int, subject: str, wording: str, medium: str, payer_id: int | None,
    iban: str, holder: str, reference: str, given_on: date, actor: Actor, at: datetime,
) -> DebitMandate:  # fmt: skip
    """A mandate for debits through the organisation's own bank, which stands at once. The caller checked the account.

    `medium`: phone or paper. `reference`: how its reference begins; a number is put behind it.

    Raises:
        DebitOff: the organisation takes none. MandateStands: one stands, or was begun.
    """
    terms = queries.find_terms(session, organisation_id)
    if terms is None:
        raise errors.DebitOff
    session.refresh(terms, with_for_update=True)
    if queries.find_live(session, organisation_id, subject) is not None:
        raise errors.MandateStands
    made = DebitMandate(
        organisation_id=organisation_id, payer_id=payer_id, subject=subject, wording=wording, till="", asked_at=at,
        medium=medium, iban=iban, holder=holder, last4=iban[-4:], state=MandateState.ACTIVE, given_on=given_on,
        reference=f"{reference}{queries.count_of(session, organisation_id, subject) + 1}",
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="debits.given", subject=f"debit_mandate:{made.public_id}", actor_id=actor.user_id,
        facts={"reference": made.reference, "medium": medium}, at=at,
    )  # fmt: skip
    _tell(session, made, at)
    return made


def withdraw(session: Session, *, mandate: DebitMandate, actor: Actor | None, at: datetime) -> None:
    """The payer, or the organisation, ends a mandate: no debit begins any more.

    Raises:
        MandateOver: it ended before.
    """
    held = queries.locked(session, mandate.id)
    if held.state not in LIVE:
        raise errors.MandateOver
    _end(session, held, MandateState.WITHDRAWN if held.reference else MandateState.UNFINISHED, at)
    record(
        session, action="debits.withdrawn", subject=f"debit_mandate:{held.public_id}",
        actor_id=actor.user_id if actor else None, at=at,
    )  # fmt: skip


def end_by_bank(session: Session, *, mandate_id: int, at: datetime) -> None:
    """A bank said that no debit may follow."""
    held = queries.locked(session, mandate_id)
    if held.state is MandateState.ACTIVE:
        _end(session, held, MandateState.REVOKED, at)


def lapse(session: Session, at: datetime) -> int:
    """End every mandate that was not used for 36 months; how many."""
    today, done = local_date(at), 0
    for held in queries.standing(session):
        since = held.last_used_on or held.given_on
        if since is not None and rules.lapses_on(since) <= today:
            _end(session, held, MandateState.LAPSED, at)
            done += 1
    return done


def release(session: Session, *, mandate_id: int, door: Provider, at: datetime) -> None:
    """Have the provider forget the account of a mandate that ended; what it does not know is forgotten already.

    Raises:
        ProviderBusy: tried again later.
    """
    held = queries.locked(session, mandate_id)
    if held.released_at is None and held.method is not None:
        try:
            gateway.release(door, held.method, held.till, f"{held.public_id}-end")
        except CallRefused:
            record(
                session, action="debits.release_refused", subject=f"debit_mandate:{held.public_id}", actor_id=None,
                at=at,
            )  # fmt: skip
        held.released_at = at
        session.flush()


def collect(
    session: Session, *, mandate: DebitMandate, account_id: int, kind: str, subject: str, description: str,
    amount: Money, at: datetime,
) -> PaymentOrder | None:  # fmt: skip
    """Take money by a mandate; None while something else about this is on its way, or the mandate stands no more.

    Raises:
        TillClosed, AmountTooSmall: refused.
    """
    held = queries.locked(session, mandate.id)
    used = held.last_used_on or held.given_on
    if held.state is not MandateState.ACTIVE or used is None or rules.lapses_on(used) <= local_date(at):
        return None
    till = checkout.find_till(session, held.organisation_id)
    if till is None or till.account != held.till:
        raise TillClosed
    if checkout.running(session, subject) is not None:
        return None
    payer = Actor(held.payer_id or 0, "", held.organisation_id)
    made = place_order(
        session, organisation_id=held.organisation_id, account_id=account_id, kind=kind, subject=subject,
        description=description, amount=amount, actor=payer, at=at,
        pull=Pull(held.customer or "", held.method or "", held.mandate or ""),
    )  # fmt: skip
    if not made.debit:  # who pays it oneself was quicker
        return None
    held.last_used_on = local_date(at)
    session.flush()
    return made


def _look(session: Session, held: DebitMandate, door: Provider, at: datetime) -> None:
    seen = gateway.retrieve_setup(door, held.session or "", held.till)
    if seen.reference_ours != str(held.public_id):
        raise CallRefused(why="the page belongs to another mandate")
    if seen.status == "expired":
        _end(session, held, MandateState.UNFINISHED, at)
    elif seen.status == "complete" and seen.active:
        held.customer, held.method, held.mandate = seen.customer, seen.method, seen.mandate
        held.reference, held.last4, held.given_on = seen.reference, seen.last4, local_date(at)
        held.state, held.url = MandateState.ACTIVE, None
        session.flush()
        record(
            session, action="debits.given", subject=f"debit_mandate:{held.public_id}", actor_id=held.payer_id,
            facts={"reference": held.reference}, at=at,
        )  # fmt: skip
        _tell(session, held, at)


def _end(session: Session, held: DebitMandate, state: MandateState, at: datetime) -> None:
    held.state, held.ended_at, held.url = state, at, None
    session.flush()
    _tell(session, held, at)


def _tell(session: Session, held: DebitMandate, at: datetime) -> None:
    if held.state not in LETTERS or held.payer_id is None:
        return  # who gave a paper and has no account reads it in the letter of each debit
    payer, coop = session.get_one(User, held.payer_id), queries.creditor(session, held)
    subject, text = LETTERS[held.state]
    send_mail(
        session, to=payer.email, locale=payer.locale, subject=subject, text=text, link="/membership/mandate", at=at,
        facts={"coop": coop, "reference": held.reference or "", "wording": held.wording},
        key=f"mandate-{held.state}-{held.public_id}",
    )  # fmt: skip
