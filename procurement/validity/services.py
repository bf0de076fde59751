"""Asking all bidders to let their bids hold longer, answering, and taking out a bid that binds nobody any more."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.queries import people_of, people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.awards import queries as awards
from procurement.awards.events import LettersFixed
from procurement.awards.models import LotAward
from procurement.evaluation.models import Disqualification
from procurement.hearings.rules import check_open, check_term, check_text, end_of
from procurement.panels.errors import NotYourTender
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act
from procurement.validity import errors, policy, queries, rules
from procurement.validity.models import ValidityAnswer, ValidityRequest
from procurement.validity.rules import Bound


def bounds(session: Session, tender: Tender) -> list[Bound]:
    """Until when each bid that may still win binds, by label; the lots of the tender are loaded."""
    return queries.bounds(
        tender, queries.taking_part(session, tender.id), queries.requests(session, tender.id)
    )


def ask(
    session: Session, *, tender: Tender, until: date, reason: str, last_day: date, actor: Actor, at: datetime
) -> ValidityRequest:
    """Ask every bidder that may still win to let its bid hold until a day; all hear it at the same moment.

    Raises:
        NotYourTender.
        NothingToHold: not opened, definitive, stopped, or nobody takes part; AskedBefore: a question still runs.
        UntilTooSoon, UntilTooLate, TextTooShort, TermTooShort: at the field.
    """
    if not policy.may_ask(actor, tender):
        raise NotYourTender
    tender = _held(session, tender)
    taking = queries.taking_part(session, tender.id)
    if not taking:
        raise errors.NothingToHold
    asked, today = queries.requests(session, tender.id), local_date(at)
    if asked and asked[0].answer_until > at:
        raise errors.AskedBefore(day=asked[0].last_day)
    soonest = min((each.until for each in queries.bounds(tender, taking, asked) if each.until), default=None)
    rules.check_until(until, bound=soonest, on=today)
    made = ValidityRequest(
        tender_id=tender.id, until=until, reason=check_text(reason, "reason"),
        answer_until=end_of(check_term(last_day, at, rules.LEAST_WORKING_DAYS)), asked_by_id=actor.user_id, asked_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "asked", tender, actor, at, until=until.isoformat())
    _tell(
        session, tender, {party for each in taking for party in each.party_ids}, made,
        N_("%(number)s: mag uw bod langer gelden?"),
        N_(
            "De koper van “%(title)s” heeft meer tijd nodig. De reden:\n\n%(reason)s\n\nMag uw bod gelden tot en met "
            "%(until)s? Zeg ja of nee tot en met %(day)s. Zonder ja eindigt uw bod op de dag die eerst gold."
        ), "asked", at,
    )  # fmt: skip
    return made


def _held(session: Session, tender: Tender) -> Tender:
    """The tender, locked, while its bids wait for an award."""
    found = tenders.locked_tender(session, tender.id)
    ended = found.awarded_at or found.cancelled_at or found.unsuccessful_at
    if found.opened_at is None or ended is not None:
        raise errors.NothingToHold
    return found


def answer(
    session: Session, *, request: ValidityRequest, agrees: bool, actor: Actor, at: datetime
) -> list[ValidityAnswer]:
    """Answer for the bidder, once, for all its bids on the tender.

    Raises:
        NotTheBidder: no board of a bidder that takes part; with others the lead answers.
        NothingToHold, AnsweredBefore, TermEnded.
    """
    tender = _held(session, request.tender)
    own = [
        each for each in queries.taking_part(session, tender.id)
        if policy.may_answer(actor, {each.organisation_id})
    ]  # fmt: skip
    if not own:
        raise errors.NotTheBidder
    fresh = queries.request(session, request.public_id)
    there = {each.opened_bid_id: each.answered_at for each in fresh.answers}
    made = []
    for bid in own:
        check_open(answered_at=there.get(bid.id), answer_until=fresh.answer_until, at=at)
        made.append(
            ValidityAnswer(
                request_id=fresh.id, opened_bid_id=bid.id, agrees=agrees, answered_by_id=actor.user_id, answered_at=at
            )
        )  # fmt: skip
    session.add_all(made)
    session.flush()
    _note(session, "answered", tender, actor, at, agrees=agrees)
    if not agrees:
        _tell_buyers(session, tender, fresh, at, f"no-{min(each.opened_bid_id for each in made)}")
    return made


def take_out(session: Session, *, tender: Tender, label: str, actor: Actor, at: datetime) -> Disqualification:
    """Take out a bid that binds nobody any more; the ranking stays, the next one in it may win.

    Raises:
        NotYourTender, NothingToHold.
        BidHolds: it still binds, its bidder has time, or no such bid takes part.
        AwardStands: it is named in a decision that stands.
    """
    if not policy.may_ask(actor, tender):
        raise NotYourTender
    tender = _held(session, tender)
    taking, asked = queries.taking_part(session, tender.id), queries.requests(session, tender.id)
    found = next((each for each in queries.bounds(tender, taking, asked) if each.label == label), None)
    if found is None or not asked:
        raise errors.BidHolds
    rules.check_lapsed(found, on=local_date(at), is_heard=asked[0].answer_until <= at)
    if awards.find_decision(session, tender.id) is not None:
        raise errors.AwardStands
    made = Disqualification(
        opened_bid_id=found.bid_id, reason=_reason(found), decided_by_id=actor.user_id, decided_at=at
    )
    session.add(made)
    session.flush()
    parties = next(each.party_ids for each in taking if each.id == found.bid_id)
    _note(session, "lapsed", tender, actor, at, label=label)
    _tell(
        session, tender, parties, asked[0], N_("%(number)s: uw bod geldt niet meer"),
        N_("Uw bod op “%(title)s” is verlopen en u verlengde het niet. Het doet niet meer mee."),
        f"lapsed-{made.id}", at,
    )  # fmt: skip
    return made


def _reason(bound: Bound) -> str:
    day = f"{bound.until:%d-%m-%Y}" if bound.until is not None else ""
    return f"Dit bod gold tot en met {day} en is niet verlengd."


def hear_letters(session: Session, event: LettersFixed) -> None:
    """A decision names only winners who are bound by their bid on the day it is sent.

    Raises:
        WinnerNotBound: nothing is sent.
    """
    awarded = session.scalars(
        select(LotAward)
        .where(LotAward.decision_id == event.decision_id)
        .options(joinedload(LotAward.lot), joinedload(LotAward.decision))
    ).all()
    wins = {(each.lot.number, label) for each in awarded for label in each.also_won}
    first = {each.winner_bid_id for each in awarded}
    tender = tenders.tender_by_id(session, awarded[0].decision.tender_id)
    for each in bounds(session, tender):
        if each.bid_id in first or (each.lot_number, each.label) in wins:
            rules.check_bound(each, on=local_date(event.at))


def _note(session: Session, act: str, tender: Tender, actor: Actor, at: datetime, **facts: object) -> None:
    note_act(session, f"validity.{act}", tender, actor, at, **facts)


def _tell(
    session: Session, tender: Tender, parties: Iterable[int], request: ValidityRequest, subject: str, text: str,
    what: str, at: datetime,
) -> None:  # fmt: skip
    mail_each(
        session, people_of(session, sorted(parties), Role.BOARD, Role.MEMBER), subject=subject, text=text,
        facts={
            "number": tender.number, "title": tender.title, "reason": request.reason, "until": request.until,
            "day": request.last_day,
        },
        link=f"/validity/{request.public_id}", at=at, key=f"validity-{request.id}-{what}",
    )  # fmt: skip


def _tell_buyers(session: Session, tender: Tender, request: ValidityRequest, at: datetime, what: str) -> None:
    mail_each(
        session, people_with(session, tender.buyer_id, Role.PURCHASER),
        subject=N_("%(number)s: een bod wordt niet verlengd"),
        text=N_("Een inschrijver op “%(title)s” laat zijn bod niet langer gelden. Kijk wat u nu kunt doen."),
        facts={"number": tender.number, "title": tender.title}, link=f"/tenders/{tender.number}/validity", at=at,
        key=f"validity-{request.id}-{what}",
    )  # fmt: skip
