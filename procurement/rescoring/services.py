"""Asking to score a bid anew, agreeing to it, and doing it: one act keeps the points and ranks the lot again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.identity.queries import people_with
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from procurement.awards import queries as awards
from procurement.awards.events import DecisionAsked, LettersFixed
from procurement.awards.models import AwardDecision
from procurement.evaluation import queries as evaluations
from procurement.evaluation import services as evaluation
from procurement.evaluation.errors import NotChair
from procurement.evaluation.models import ConsensusScore, Evaluation
from procurement.opening.models import OpenedBid
from procurement.panels import policy
from procurement.panels import services as panels
from procurement.rescoring import errors, queries, rules
from procurement.rescoring.models import Rescoring
from procurement.rescoring.rules import Ground
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act


def ask_rescoring(
    session: Session, *, tender: Tender, label: str, codes: Collection[str], ground: Ground, reason: str,
    actor: Actor, at: datetime,
) -> Rescoring:  # fmt: skip
    """Ask that one bid is scored anew on some criteria; another purchaser decides.

    Raises:
        NotYours: no purchaser of the buyer.
        ScoresOpen, TenderStopped, AwardStands, AlreadyAsked: not now.
        NotRanked, CodesMissing, ReasonTooShort: input.
    """
    permit(actor, tender)
    tender = panels.frozen(session, tender)
    if queries.find_open(session, tender.id) is not None:
        raise errors.AlreadyAsked
    bid = ranked_bid(session, tender, label)
    if bid.lot_id in awards.settled(session, tender.id):
        raise errors.AwardStands
    known = [each.code for each in evaluations.quality(evaluation.lot_of(tender, bid))]
    made = Rescoring(
        tender_id=tender.id, bid=bid, codes=rules.check_codes(codes, known), ground=ground,
        reason=rules.check_reason(reason, "reason"), asked_by_id=actor.user_id, asked_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(
        session, "rescoring.asked", tender, actor, at, label=label, codes=made.codes, ground=ground.value
    )
    for person in people_with(session, tender.buyer_id, Role.PURCHASER):
        if person.id != actor.user_id:
            panels.mail(
                session, person, tender, N_("%(number)s: moet een score opnieuw?"),
                N_("Een collega vraagt om één inschrijving op “%(title)s” opnieuw te beoordelen. Beslis erover."),
                key=f"rescoring-{made.id}-{person.id}", at=at,
            )  # fmt: skip
    return made


def ranked_bid(session: Session, tender: Tender, label: str) -> OpenedBid:
    """An opened bid that stands in the ranking of its lot and has points.

    Raises:
        EvaluationNotFound: no such label; NotRanked: it takes no part.
    """
    bid = evaluation.opened_bid(session, tender, label)
    found = evaluations.find_evaluation(session, bid.lot_id)
    if found is None or label not in {each["id"] for each in found.outcome["ranking"]}:
        raise errors.NotRanked(field="label")
    return bid


def decide_rescoring(
    session: Session, *, tender: Tender, public_id: UUID, is_agreed: bool, answer: str, actor: Actor, at: datetime
) -> Rescoring:  # fmt: skip
    """Agree to a request, or refuse it, with the reason: a purchaser who did not ask.

    Raises:
        NotYours, RescoringNotFound, DecidedBySamePerson, ScoresOpen, TenderStopped, DecidedBefore.
        ReasonTooShort: at `answer`.
    """
    permit(actor, tender)
    tender = panels.frozen(session, tender)
    asked = queries.rescoring(session, tender.id, public_id)
    if asked.is_agreed is not None:
        raise errors.DecidedBefore
    if asked.asked_by_id == actor.user_id:
        raise errors.DecidedBySamePerson
    asked.answer = rules.check_reason(answer, "answer")
    asked.is_agreed, asked.decided_by_id, asked.decided_at = is_agreed, actor.user_id, at
    session.flush()
    note_act(session, "rescoring.decided", tender, actor, at, label=asked.bid.label, is_agreed=is_agreed)
    return asked


def settle_rescoring(
    session: Session,
    *,
    public_id: UUID,
    tender: Tender,
    scores: evaluation.Scores,
    actor: Actor,
    at: datetime,
) -> Evaluation:
    """The chair writes down what the panel now agrees on the named criteria; the lot is ranked again at once.

    The points, notes and ranking of before stay in the file.

    Raises:
        NotOnPanel, HasConflict, MemberOfBidder, NotChair, PanelTooSmall; ScoresOpen, TenderStopped.
        NotAgreed, DecidedBefore: not now.
        ScoresMissing: a named criterion lacks its points, or another one has them.
        PointsMissing, PointsOutside, NoteMissing: input.
    """
    tender = panels.frozen(session, tender)
    member = panels.assessor(session, tender, actor)
    if not member.is_chair:
        raise NotChair
    asked = queries.rescoring(session, tender.id, public_id)
    if asked.done_at is not None or asked.is_agreed is False:
        raise errors.DecidedBefore
    if asked.is_agreed is None:
        raise errors.NotAgreed
    panels.check_present(session, tender)
    typed = {code for code, (points, note) in scores.items() if points is not None or note.strip()}
    if typed != set(asked.codes):
        raise errors.ScoresMissing(field=f"points_{asked.codes[0]}")
    evaluation.keep(session, ConsensusScore, tender, asked.bid.label, scores, member, at)
    lot = evaluation.lot_of(tender, asked.bid)
    made = evaluation.rank(session, tender, lot, evaluation.valid_bids(session, tender)[lot.id], actor, at)
    asked.evaluation_id, asked.done_at = made.id, at
    session.flush()
    note_act(session, "rescoring.done", tender, actor, at, label=asked.bid.label, version=made.version)
    for person in people_with(session, tender.buyer_id, Role.PURCHASER):
        panels.mail(
            session, person, tender, N_("%(number)s: een score is veranderd"),
            N_("Eén inschrijving op “%(title)s” is opnieuw beoordeeld. Kijk naar de nieuwe rangorde."),
            key=f"rescored-{asked.id}-{person.id}", at=at,
        )  # fmt: skip
    return made


def hear_decision(session: Session, event: DecisionAsked) -> None:
    """No decision is prepared while a bid is scored anew.

    Raises:
        RescoringOpen: one is.
    """
    if queries.find_open(session, event.tender_id) is not None:
        raise errors.RescoringOpen


def hear_letters(session: Session, event: LettersFixed) -> None:
    """Every letter about a lot of which a bid was scored anew tells so, with the day and the ground.

    What was wrong, in the buyer's own words, stands in that bidder's letter alone.
    """
    letters = session.get_one(AwardDecision, event.decision_id).letters
    done = queries.done(session, letters[0].bid.tender_id)
    for letter in letters:
        anew = [
            rules.told(each, ranked.frozen_at, ranked.input, letter.opened_bid_id)
            for each, ranked in done if ranked.lot_id == letter.bid.lot_id
        ]  # fmt: skip
        if anew:
            letter.content = {**(letter.content or {}), "anew": anew}


def permit(actor: Actor, tender: Tender) -> None:
    """Go on only for purchasers of the buyer.

    Raises:
        NotYours: somebody else.
    """
    if not policy.may(actor, policy.COMPOSE, tender):
        raise errors.NotYours
