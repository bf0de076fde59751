"""Opening the fund, putting capital in, giving it back, setting terms."""

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.fund import errors, policy, queries, rules
from coops.fund.models import Fund, FundGrant, FundTerms
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.services import register_organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.invoicing.rules import at_noon


def open_fund(
    session: Session, *, name: str, kvk_number: str | None, iban: str | None, actor: Actor, at: datetime
) -> Fund:
    """Open the fund: a party with books and a bank account of its own; the account never falls below zero.

    Raises:
        Forbidden: not by the programme.
        FundThere: it was opened before.
        IbanMissing, and the refusals of `register_organisation`: input.
    """
    if not policy.may(actor, policy.RUN):
        raise Forbidden
    if queries.find_fund(session) is not None:
        raise errors.FundThere
    if not iban:
        raise errors.IbanMissing(field="iban")
    keeper = session.get_one(Organisation, actor.organisation_id)
    own = register_organisation(
        session, name=name, kvk_number=kvk_number, legal_form="foundation", street=keeper.street,
        house_number=keeper.house_number, postcode=keeper.postcode, city=keeper.city, email=keeper.email, iban=iban,
        actor_id=actor.user_id, at=at,
    )  # fmt: skip
    made = Fund(organisation_id=own.id, keeper_id=keeper.id, opened_at=at, opened_by_id=actor.user_id)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        raise errors.FundThere from fault
    open_account(session, party_id=own.id, role=AccountRole.BANK, floor=0)
    record(session, action="fund.opened", subject=f"fund:{made.public_id}", actor_id=actor.user_id, at=at)
    return queries.fund(session)


def add_grant(
    session: Session, *, fund: Fund, source: str, amount: Money, received_on: date, ends_on: date | None,
    hand_over: str, actor: Actor, at: datetime,
) -> FundGrant:  # fmt: skip
    """Write down capital that came in, in the fund's books.

    Raises:
        Forbidden: not by the keeper.
        RuleBroken: one of `rules.check_grant`.
    """
    _check_keeper(fund, actor)
    rules.check_grant(
        source=source, amount=amount, received_on=received_on, ends_on=ends_on, hand_over=hand_over,
        today=local_date(at),
    )  # fmt: skip
    public_id = uuid7()
    key = f"grant:{public_id}:in"
    made = FundGrant(
        public_id=public_id, fund_id=fund.id, source=source.strip(), amount=amount.minor, received_on=received_on,
        ends_on=ends_on, hand_over=hand_over.strip(), recorded_at=at, recorded_by_id=actor.user_id, outcome="",
        returned_amount=0,
        transfer_id=_post(session, fund, key, "fund_grant", public_id, amount.minor, received_on, at),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "granted", fund, actor, at, amount.minor)
    return made


def end_grant(
    session: Session, *, grant: FundGrant, fund: Fund, returned: Money, outcome: str, actor: Actor, at: datetime
) -> FundGrant:  # fmt: skip
    """Close a grant: what goes back to its source leaves the books, the rest stays. `grant` is locked by its reading.

    Raises:
        Forbidden: not by the keeper.
        GrantEnded: before.
        AmountWrong, TextMissing: input. FloorPassed: the fund does not have it now.
    """
    _check_keeper(fund, actor)
    if grant.ended_on is not None:
        raise errors.GrantEnded
    if not 0 <= returned.minor <= grant.amount:
        raise errors.AmountWrong(field="returned")
    if not outcome.strip():
        raise errors.TextMissing(field="outcome")
    today = local_date(at)
    if returned.minor:
        key = f"grant:{grant.public_id}:back"
        _post(session, fund, key, "fund_grant_returned", grant.public_id, -returned.minor, today, at)
    grant.returned_amount, grant.outcome = returned.minor, outcome.strip()
    grant.ended_on, grant.ended_by_id = today, actor.user_id
    session.flush()
    _note(session, "grant_ended", fund, actor, at, returned.minor)
    return grant


def set_terms(
    session: Session, *, fund: Fund, facts: rules.TermsFacts, actor: Actor, at: datetime
) -> FundTerms:
    """Set terms from a day on; what was asked before keeps the terms of its day.

    Raises:
        Forbidden: not by the keeper.
        TermsThere, and those of `rules.check_terms`: input.
    """
    _check_keeper(fund, actor)
    rules.check_terms(facts, local_date(at))
    made = FundTerms(fund_id=fund.id, **asdict(facts), set_at=at, set_by_id=actor.user_id)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        raise errors.TermsThere(field="valid_from") from fault
    _note(session, "terms_set", fund, actor, at, facts.most_amount)
    return made


def _check_keeper(fund: Fund, actor: Actor) -> None:
    if not policy.may(actor, policy.RUN, fund):
        raise Forbidden


def _post(
    session: Session, fund: Fund, key: str, kind: str, grant_id: object, amount: int, on: date, at: datetime
) -> int:
    party = fund.organisation_id
    bank = open_account(session, party_id=party, role=AccountRole.BANK)
    capital = open_account(session, party_id=party, role=AccountRole.FUND, subkey=f"grant:{grant_id}")
    return post(
        session, key=key, kind=kind, legs=[Leg(bank, amount), Leg(capital, -amount)], at=at, effective_at=at_noon(on)
    ).transfer_id  # fmt: skip


def _note(session: Session, act: str, fund: Fund, actor: Actor, at: datetime, amount: int) -> None:
    record(
        session, action=f"fund.{act}", subject=f"fund:{fund.public_id}", actor_id=actor.user_id,
        facts={"amount": amount}, at=at,
    )  # fmt: skip
