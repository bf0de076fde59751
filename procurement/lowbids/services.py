"""Looking at prices, asking, explaining, judging, confirming; holding the freeze while a question is open."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cwb.identity.queries import people_of, people_with
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.evaluation import services as evaluation
from procurement.evaluation.errors import BidOut
from procurement.evaluation.events import FreezeAsked
from procurement.hearings.errors import StillWaiting
from procurement.hearings.rules import check_open, check_term, check_text, end_of
from procurement.lots.errors import LotNotRunning
from procurement.lowbids import errors, policy, queries, rules
from procurement.lowbids.models import LowBidDraft, LowBidQuestion
from procurement.lowbids.queries import PURPOSE, Priced
from procurement.lowbids.rules import Settings, State, Verdict
from procurement.opening.models import BidAccess
from procurement.opening.queries import opened
from procurement.panels import errors as refusals
from procurement.panels import queries as panel
from procurement.panels import services as panels
from procurement.panels.models import PanelMember
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act


def _held(session: Session, question: LowBidQuestion) -> LowBidQuestion:
    """A question as it is now, while its lot goes on."""
    found = queries.locked(session, question.id)
    if found.bid.lot.stop_reason is not None:
        raise LotNotRunning
    return found


def _watch(session: Session, tender: Tender, actor: Actor) -> tuple[Tender, Sequence[PanelMember]]:
    """The running, opened tender, held, with its panel; for a purchaser who has and had no seat."""
    if not policy.may_watch(actor, tender):
        raise refusals.NotYourTender
    found = panels.running(session, tender, lock=True)
    if found.opened_at is None:
        raise refusals.NotOpened
    members = panel.panel(session, found.id)
    if any(each.user_id == actor.user_id for each in members):
        raise errors.PricesHidden
    return found, members


def see_prices(
    session: Session, *, tender: Tender, settings: Settings, actor: Actor, at: datetime
) -> Sequence[Priced]:
    """The prices of the bids that are in with what they ask; who saw them takes no seat in the panel any more.

    Raises:
        NotYourTender, PricesHidden, NotOpened, ScoresFrozen, TenderStopped.
        TeamFirst: too few people would be left to judge.
    """
    found, members = _watch(session, tender, actor)
    seats = [each for each in members if each.released_at is None and not each.conflict]
    if len(seats) < panels.LEAST_MEMBERS:
        raise errors.TeamFirst(least=panels.LEAST_MEMBERS)
    session.add(BidAccess(tender_id=found.id, user_id=actor.user_id, purpose=PURPOSE, at=at))
    session.flush()
    return queries.priced(session, found, settings)


def ask_about_price(
    session: Session, *, tender: Tender, label: str, question: str, last_day: date, settings: Settings, actor: Actor,
    at: datetime,
) -> LowBidQuestion:  # fmt: skip
    """Ask the bidder in writing to explain its price, until the end of a day.

    Raises:
        NotYourTender, PricesHidden, NotOpened, ScoresFrozen, TenderStopped, TeamFirst.
        EvaluationNotFound, BidOut: no such bid, or it is out.
        AskedBefore; TextTooShort, TermTooShort: at the field.
    """
    bids = {
        each.label: each for each in see_prices(session, tender=tender, settings=settings, actor=actor, at=at)
    }
    bid = evaluation.opened_bid(session, tender, label)
    if label not in bids:
        raise BidOut
    if bids[label].question is not None:
        raise errors.AskedBefore
    parties = {each.id: each.party_ids for each in opened(session, tender.id, members=True)}
    said = check_text(question, "question")
    until = end_of(check_term(last_day, at, settings.least_working_days))
    made = LowBidQuestion(
        tender_id=tender.id, opened_bid_id=bid.id, question=said, answer_until=until, asked_by_id=actor.user_id,
        asked_at=at, answer="", reasons="", returned_note="",
        hints=[{"against": each.against.value, "percent": each.percent} for each in bids[label].hints],
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "asked", made, tender, actor, at, until=until.isoformat())
    _tell_bidder(
        session, made, tender, parties[bid.id], N_("%(number)s: vraag over uw prijs"),
        N_(
            "De koper van “%(title)s” vraagt u uw prijs uit te leggen. Antwoord tot en met %(day)s. "
            "U bent niet afgewezen."
        ), "asked", at,
    )  # fmt: skip
    return made


def _unanswered(session: Session, question: LowBidQuestion, actor: Actor) -> LowBidQuestion:
    """The question, held, for who answers for the bidder: with others the lead alone."""
    found = _held(session, question)
    if not policy.may_explain(actor, found):
        raise errors.NotTheBidder
    panels.running(session, found.tender)
    return found


def explain_price(
    session: Session, *, question: LowBidQuestion, answer: str, actor: Actor, at: datetime
) -> LowBidQuestion:
    """Answer for the bidder, once, within the term.

    Raises:
        NotTheBidder, AnsweredBefore, TermEnded; TextTooShort: at the field.
        ScoresFrozen, TenderStopped, LotNotRunning.
    """
    found = _unanswered(session, question, actor)
    found.take_answer(answer, actor.user_id, at)
    session.execute(delete(LowBidDraft).where(LowBidDraft.question_id == found.id))
    session.flush()
    _note(session, "explained", found, found.tender, actor, at)
    _tell_buyers(session, found, N_("%(number)s: een prijs is uitgelegd"), "explained", at)
    return found


def show_members(
    session: Session, *, question: LowBidQuestion, answer: str, actor: Actor, at: datetime
) -> LowBidDraft:
    """Keep what the lead of a joint bid means to answer, and let its members read it; nothing is sent.

    Raises:
        NotTheBidder, AnsweredBefore, TermEnded; TextTooShort: at the field.
        ScoresFrozen, TenderStopped.
    """
    found = _unanswered(session, question, actor)
    check_open(answered_at=found.answered_at, answer_until=found.answer_until, at=at)
    text = check_text(answer, "answer")
    draft = queries.find_draft(session, found.id)
    if draft is None:
        draft = LowBidDraft(question_id=found.id, answer=text, saved_by_id=actor.user_id, saved_at=at)
        session.add(draft)
    draft.answer, draft.saved_by_id, draft.saved_at = text, actor.user_id, at
    session.flush()
    members = [each for each in found.bid.party_ids if each != found.bid.organisation_id]
    _tell_bidder(
        session, found, found.tender, members, N_("%(number)s: lees de uitleg van uw gezamenlijke prijs"),
        N_(
            "De penvoerder legt de prijs van “%(title)s” uit. Lees het concept. Klopt iets niet? Bel de penvoerder "
            "voor het einde van %(day)s."
        ), f"draft-{at.isoformat()}", at,
    )  # fmt: skip
    return draft


def judge(
    session: Session, *, question: LowBidQuestion, verdict: Verdict, reasons: str, actor: Actor, at: datetime
) -> LowBidQuestion:
    """Decide what the explanation is worth; a second person confirms.

    Raises:
        NotYourTender, PricesHidden, NotOpened, ScoresFrozen, TenderStopped, LotNotRunning.
        StillWaiting, JudgedBefore; TextTooShort: at the field.
    """
    found = _held(session, question)
    _watch(session, found.tender, actor)
    state = found.state(at)
    if state is State.ASKED:
        raise StillWaiting
    if state is not State.READY:
        raise errors.JudgedBefore
    found.reasons = check_text(reasons, "reasons")
    found.verdict, found.judged_by_id, found.judged_at = verdict, actor.user_id, at
    _saw(session, found, actor, at)
    session.flush()
    _note(session, "judged", found, found.tender, actor, at, verdict=verdict.value)
    _tell_buyers(session, found, N_("%(number)s: bevestig een oordeel over een prijs"), "judged", at)
    return found


def confirm(
    session: Session, *, question: LowBidQuestion, is_agreed: bool, note: str = "", actor: Actor, at: datetime
) -> LowBidQuestion:
    """Confirm as a second person, which takes a rejected bid out; or give the judgment back with a reason.

    Raises:
        NotYourTender, PricesHidden, NotOpened, ScoresFrozen, TenderStopped, LotNotRunning.
        NothingToConfirm, SamePerson; TextTooShort: at the field `note`, when it goes back.
    """
    found = _held(session, question)
    _watch(session, found.tender, actor)
    if found.state(at) is not State.JUDGED or found.verdict is None:
        raise errors.NothingToConfirm
    if found.judged_by_id == actor.user_id:
        raise errors.SamePerson
    _saw(session, found, actor, at)
    label = found.bid.label
    if not is_agreed:
        found.returned_note = check_text(note, "note")
        found.verdict, found.reasons, found.judged_by_id, found.judged_at = None, "", None, None
        session.flush()
        _note(session, "returned", found, found.tender, actor, at)
        _tell_buyers(
            session, found, N_("%(number)s: een oordeel over een prijs kwam terug"), f"returned-{at}", at
        )
        return found
    found.confirmed_by_id, found.confirmed_at = actor.user_id, at
    session.flush()
    _note(session, "confirmed", found, found.tender, actor, at, verdict=found.verdict.value)
    _tell_bidder(
        session, found, found.tender, found.bid.party_ids, N_("%(number)s: oordeel over uw prijs"),
        N_("De koper besliste over uw prijs bij “%(title)s”. Lees het oordeel en waarom."), "confirmed", at,
    )  # fmt: skip
    if found.verdict in rules.OUT:
        evaluation.disqualify(
            session, tender=found.tender, label=label, reason=rules.OUT[found.verdict], actor=actor, at=at
        )
    return found


def hear_freeze(session: Session, event: FreezeAsked) -> None:
    """The freeze waits while a question is open.

    Raises:
        LowBidOpen: one is.
        FloorUnasked: a bid lies below the wage floor of the tender, and nobody asked about it.
    """
    if queries.is_open(session, event.tender_id):
        raise errors.LowBidOpen
    if queries.below_unasked(session, session.get_one(Tender, event.tender_id)):
        raise errors.FloorUnasked


def _note(
    session: Session,
    act: str,
    found: LowBidQuestion,
    tender: Tender,
    actor: Actor,
    at: datetime,
    **facts: object,
) -> None:
    """Write an act down without the bid's label: the panel may read the log before it may know of prices."""
    note_act(session, f"lowbid.{act}", tender, actor, at, question=str(found.public_id), **facts)


def _saw(session: Session, found: LowBidQuestion, actor: Actor, at: datetime) -> None:
    session.add(
        BidAccess(
            tender_id=found.tender_id, opened_bid_id=found.opened_bid_id, user_id=actor.user_id, purpose=PURPOSE,
            at=at,
        )
    )  # fmt: skip


def _tell_bidder(
    session: Session, found: LowBidQuestion, tender: Tender, parties: Sequence[int], subject: str, told: str, what: str,
    at: datetime,
) -> None:  # fmt: skip
    """Write to the people of these parties of the bid: the lead, and who signed along."""
    mail_each(
        session, people_of(session, parties, Role.BOARD, Role.MEMBER), subject=subject, text=told,
        facts={"number": tender.number, "title": tender.title, "day": found.last_day},
        link=f"/low-bids/{found.public_id}", at=at, key=f"low-bid-{found.id}-{what}",
    )  # fmt: skip


def _tell_buyers(session: Session, found: LowBidQuestion, subject: str, what: str, at: datetime) -> None:
    """Write to the purchasers without a seat."""
    tender = found.tender
    seats = {each.user_id for each in panel.panel(session, tender.id)}
    mail_each(
        session,
        [each for each in people_with(session, tender.buyer_id, Role.PURCHASER) if each.id not in seats],
        subject=subject, text=N_("Kijk bij de vraag over een prijs van “%(title)s”. De scores wachten hierop."),
        facts={"number": tender.number, "title": tender.title}, link=f"/low-bids/{found.public_id}", at=at,
        key=f"low-bid-{found.id}-{what}",
    )  # fmt: skip
