"""Scoring alone, disqualifying, freezing, breaking a tie; what a panel agrees stands in `procurement.consensus`.

Names and prices stay out of everything here until the scores are frozen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.identity.queries import people_with
from cwb.kernel.canonical import digest
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from procurement.evaluation import errors, events, queries, rules
from procurement.evaluation.models import (
    ConsensusScore,
    Disqualification,
    Evaluation,
    Score,
    TieBreak,
)
from procurement.lots.rules import Allocation, Entrant, allocate, standings
from procurement.opening import queries as openings
from procurement.opening.models import BidAccess, OpenedBid
from procurement.panels import errors as refusals
from procurement.panels import policy
from procurement.panels import queries as panel
from procurement.panels import services as panels
from procurement.panels.models import PanelMember
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine
from procurement.statements import queries as statements
from procurement.tenders import queries as tenders
from procurement.tenders.models import Criterion, Lot, Tender
from procurement.tenders.services import freeze_scores, note_act

Scores = Mapping[str, tuple[Decimal | None, str]]
"""Criterion code → points and note, as typed."""


@dataclass(frozen=True, slots=True)
class Blind:
    """A bid as the panel sees it: a label, its lot and answers by criterion code. No name, no price."""

    label: str
    lot: Lot
    answers: Mapping[str, str]
    out: str | None
    files: Sequence[Mapping[str, Any]] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it is scored."""
        return self.out is None


def blind_bids(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> list[Blind]:
    """The opened bids as the panel may see them, by label; who read them is written down.

    Raises:
        NotOpened: before the opening nothing is visible.
        NotOnPanel, NotDeclared, HasConflict, MemberOfBidder: who may not.
    """
    panels.assessor(session, tender, actor)
    session.add(BidAccess(tender_id=tender.id, user_id=actor.user_id, purpose="evaluation", at=at))
    session.flush()
    out = queries.disqualified(session, tender.id)
    lots = {each.id: each for each in tender.lots}
    asked = statements.demand(tender, statements.find_demand(session, tender.id)).attach
    return [_blind(each, lots[each.lot_id], out, asked) for each in openings.running(session, tender.id)]


def _blind(bid: OpenedBid, lot: Lot, out: Mapping[int, Disqualification], attach: Sequence[str]) -> Blind:
    why = out.get(bid.id)
    reason = "damaged" if bid.fault is not None else (why.reason if why else None)
    content = bid.content or {}
    files = [each for each in content.get("files", ()) if each["question"] and each["question"] in attach]
    return Blind(bid.label, lot, content.get("answers", {}), reason, files)


def save_scores(
    session: Session, *, tender: Tender, label: str, scores: Scores, actor: Actor, at: datetime
) -> int:
    """Keep one member's own scores of a bid; what is left empty stays as it was. Returns how many were kept.

    Raises:
        NotOpened, NotOnPanel, NotDeclared, HasConflict, MemberOfBidder, ScoresFrozen, TenderStopped.
        BidOut: disqualified or damaged.
        OwnScoresFixed: the joint round began, and this member may have seen the others' points.
        NothingTyped, PointsMissing, PointsOutside, NoteMissing: input.
    """
    tender = panels.running(session, tender)
    member, begun = panels.assessor(session, tender, actor), queries.find_round(session, tender.id)
    if begun is not None:
        bid = opened_bid(session, tender, label)
        kept = {
            each.criterion.code: (each.points, each.note)
            for each in queries.scores(session, tender.id, member.id)
            if each.opened_bid_id == bid.id
        }
        scores = {code: each for code, each in scores.items() if each[1] and kept.get(code) != each}
        rules.check_own_open(begun.begun_at, member.invited_at, is_changed=bool(scores.keys() & kept.keys()))
    return keep(session, Score, tender, label, scores, member, at)


def keep(
    session: Session, table: type[Score] | type[ConsensusScore], tender: Tender, label: str, scores: Scores,
    member: PanelMember, at: datetime,
) -> int:  # fmt: skip
    """Keep points and notes of a bid as a member's own, or as what the panel agreed. Returns how many were kept.

    Raises:
        BidOut, NothingTyped, EvaluationNotFound, PointsMissing, PointsOutside, NoteMissing.
    """
    bid = opened_bid(session, tender, label)
    if bid.fault is not None or bid.id in queries.disqualified(session, tender.id):
        raise errors.BidOut
    known: dict[str, Criterion] = {each.code: each for each in queries.quality(lot_of(tender, bid))}
    typed = {
        code: (points, note) for code, (points, note) in scores.items() if points is not None or note.strip()
    }
    if not typed:
        raise errors.NothingTyped
    if typed.keys() - known.keys():
        raise errors.EvaluationNotFound
    unique = ["opened_bid_id", "criterion_id"] + (["member_id"] if table is Score else [])
    for code, (points, note) in typed.items():
        given = rules.check_score(points, known[code].max_points or Decimal(0), note, code)
        facts = {"points": given, "note": note.strip(), "scored_at": at, "member_id": member.id}
        session.execute(
            insert(table)
            .values(opened_bid_id=bid.id, criterion_id=known[code].id, **facts)
            .on_conflict_do_update(index_elements=unique, set_=facts)
        )
    return len(typed)


def lot_of(tender: Tender, bid: OpenedBid) -> Lot:
    """The lot of an opened bid, with its criteria."""
    return next(each for each in tender.lots if each.id == bid.lot_id)


def labels(session: Session, tender: Tender) -> dict[int, str]:
    """Labels by opened bid."""
    return {each.id: each.label for each in openings.running(session, tender.id)}


def done_by(session: Session, tender: Tender, member: PanelMember) -> set[str]:
    """Labels of bids on which a member scored every criterion."""
    cells = _cells(tender)
    given = Counter(each.opened_bid_id for each in queries.scores(session, tender.id, member.id))
    opened = openings.running(session, tender.id)
    return {each.label for each in opened if given[each.id] == cells[each.lot_id]}


def _cells(tender: Tender) -> dict[int, int]:
    """How many quality criteria each lot has."""
    return {each.id: len(queries.quality(each)) for each in tender.lots}


def opened_bid(session: Session, tender: Tender, label: str) -> OpenedBid:
    """An opened bid of a tender by its label.

    Raises:
        EvaluationNotFound: no such label here.
    """
    found = next((each for each in openings.running(session, tender.id) if each.label == label), None)
    if found is None:
        raise errors.EvaluationNotFound
    return found


def disqualify(
    session: Session, *, tender: Tender, label: str, reason: str, actor: Actor, at: datetime
) -> Disqualification:
    """Take an opened bid out before the freeze, with the reason that its bidder will read.

    Raises:
        NotYourTender, NotOpened, ScoresFrozen, TenderStopped, ReasonMissing.
        BidOut: it was out already.
    """
    panels.permit(actor, policy.COMPOSE, tender)
    tender = panels.running(session, tender)
    if tender.opened_at is None:
        raise refusals.NotOpened
    if not reason.strip():
        raise refusals.ReasonMissing(field="reason")
    bid = opened_bid(session, tender, label)
    if bid.fault is not None or bid.id in queries.disqualified(session, tender.id):
        raise errors.BidOut
    made = Disqualification(
        opened_bid_id=bid.id, reason=reason.strip(), decided_by_id=actor.user_id, decided_at=at
    )
    session.add(made)
    session.flush()
    note_act(session, "evaluation.disqualified", tender, actor, at, label=label)
    return made


@dataclass(frozen=True, slots=True)
class Progress:
    """What is still missing: individual cells per member id, and agreed cells."""

    valid: int
    cells: int
    left: Mapping[int, int]
    to_agree: int

    @property
    def to_score(self) -> int:
        """Individual cells missing over all members without an interest."""
        return sum(self.left.values())


def progress(session: Session, tender: Tender) -> Progress:
    """How far an evaluation is. Counts bids, so only for panel and buyer after the opening."""
    if tender.opened_at is None:
        return Progress(0, 0, {}, 0)
    out = queries.disqualified(session, tender.id)
    bids = [
        each for each in openings.running(session, tender.id) if each.fault is None and each.id not in out
    ]
    valid, of_lot = {each.id for each in bids}, _cells(tender)
    cells = sum(of_lot[each.lot_id] for each in bids)
    able = [each for each in panel.panel(session, tender.id) if each.is_able or each.conflict is None]
    done = [each for each in queries.consensus(session, tender.id) if each.opened_bid_id in valid]
    given = [each for each in queries.scores(session, tender.id) if each.opened_bid_id in valid]
    left = {
        each.id: cells - sum(score.member_id == each.id for score in given)
        for each in able if each.released_at is None
    }  # fmt: skip
    return Progress(len(valid), cells, left, cells - len(done))


def freeze(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> Sequence[Evaluation]:
    """Fix the agreed scores of all lots at once, rank each lot from them alone, and store its whole input.

    A lot without a valid bid gets no ranking. Returns the rankings by lot number.

    Raises:
        NotOnPanel, NotDeclared, HasConflict, MemberOfBidder, NotChair, PanelTooSmall, ScoringRuns.
        ConsensusMissing, StatementsUndecided: name how many.
        NothingToRank: no valid bid in any lot.
        NotOpened, ScoresFrozen, TenderStopped; what a listener of `FreezeAsked` says.
    """
    tender = panels.running(session, tender, lock=True)
    member = panels.assessor(session, tender, actor)
    if not member.is_chair:
        raise errors.NotChair
    panels.check_panel(panel.panel(session, tender.id))
    found = progress(session, tender)
    if not found.valid:
        raise errors.NothingToRank
    if found.to_score:
        raise errors.ScoringRuns
    if found.to_agree:
        raise errors.ConsensusMissing(number=found.to_agree)
    left = openings.undecided(session, tender.id) - queries.disqualified(session, tender.id).keys()
    if left:
        raise errors.StatementsUndecided(count=len(left))
    emit(session, events.FreezeAsked(tender.id))
    given = valid_bids(session, tender)
    made = [rank(session, tender, lot, given[lot.id], actor, at) for lot in tender.lots if given.get(lot.id)]
    freeze_scores(session, tender_id=tender.id, at=at)
    for person in people_with(session, tender.buyer_id, Role.PURCHASER):
        panels.mail(
            session, person, tender, N_("De scores van %(number)s staan vast"),
            N_("Het team is klaar met “%(title)s”. U kunt nu het gunningsbesluit voorbereiden."),
            key=f"frozen-{tender.id}-{person.id}", at=at,
        )  # fmt: skip
    emit(session, events.ScoresFrozen(tender.id))
    return made


def rank(
    session: Session, tender: Tender, lot: Lot, given: Sequence[rules.Given], actor: Actor, at: datetime
) -> Evaluation:
    """Rank a lot and keep that with its whole input, beside what it was ranked before."""
    before, price = queries.find_evaluation(session, lot.id), queries.price_criterion(lot)
    stored = rules.ranking_input(tender, lot, price.max_points if price else None, queries.asked(lot), given)
    outcome = scoring.written(engine.score(*scoring.read(stored)))
    made = Evaluation(
        tender_id=tender.id, lot_id=lot.id, frozen_by_id=actor.user_id, frozen_at=at, input=stored, outcome=outcome,
        digest=digest({"input": stored, "outcome": outcome}), version=before.version + 1 if before else 1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(
        session, "evaluation.frozen", tender, actor, at, lot=lot.number, digest=made.digest, bids=len(given)
    )
    return made


def valid_bids(session: Session, tender: Tender) -> dict[int, list[rules.Given]]:
    """The valid bids with their agreed points, by lot."""
    points: dict[int, dict[str, Decimal]] = {}
    for each in queries.consensus(session, tender.id):
        points.setdefault(each.opened_bid_id, {})[each.criterion.code] = each.points
    out, found = queries.disqualified(session, tender.id), dict[int, list[rules.Given]]()
    for bid in openings.running(session, tender.id):
        if bid.price_minor is not None and bid.id not in out:
            given = points.get(bid.id, {})  # none where price alone decides
            costs = (bid.content or {}).get("costs", {})
            found.setdefault(bid.lot_id, []).append(rules.Given(bid.label, bid.price_minor, given, costs))
    return found


def allocation(
    session: Session, tender: Tender, settled: Mapping[int, str | None] | None = None
) -> Allocation:
    """Who wins which lot by the frozen rankings, what people decided about ties, and the published limit.

    Lots by key; one without a ranking, or that was stopped, has no winner. `settled`: lots that were decided about
    before, with the label of the winner, None without one; they stay so and count for the limit.
    """
    settled = settled or {}
    broken, out = queries.tie_breaks(session, tender.id), queries.labels_out(session, tender.id)
    orders: dict[int, list[list[str]]] = {each.id: [] for each in tender.lots}
    for lot_id, found in queries.running_evaluations(session, tender.id).items():
        if lot_id in settled and settled[lot_id] is None:
            continue
        orders[lot_id] = standings(found.outcome, [each.bid.label for each in broken.get(lot_id, ())], out)
    entrants = {
        each.label: Entrant(frozenset(each.party_ids), each.wish)
        for each in openings.running(session, tender.id, members=True)
    }
    kept = {lot_id: label for lot_id, label in settled.items() if label in entrants}
    given = allocate(orders, entrants, tender.most_lots_won if tender.is_divided else None, kept)
    if tender.framework_parties is None:
        return given
    last = {
        each.id: further(session, tender, each.id, given)[1] for each in tender.lots if each.id not in settled
    }
    return replace(given, ties={**{lot_id: tied for lot_id, tied in last.items() if tied}, **given.ties})


def further(
    session: Session, tender: Tender, lot_id: int, given: Allocation
) -> tuple[Sequence[str], Sequence[str]]:
    """Under a framework with several suppliers: who else wins a lot, best first, and a tie for its last places."""
    first, found = given.winners[lot_id], queries.find_evaluation(session, lot_id)
    if first is None or found is None or tender.framework_parties is None:
        return (), ()
    prices = {each.label: each.price_minor or 0 for each in openings.running(session, tender.id)}
    chosen = [each.bid.label for each in queries.tie_breaks(session, tender.id).get(lot_id, ())]
    return rules.others(
        found.outcome, first, tender.framework_parties, tie_break=tender.tie_break, prices=prices, chosen=chosen,
        left_out={*given.passed_over.get(lot_id, ()), *queries.labels_out(session, tender.id)},
    )  # fmt: skip


def break_tie(
    session: Session, *, tender: Tender, label: str, reason: str, actor: Actor, at: datetime
) -> TieBreak:
    """Decide a shared place by the published rule, with the reason (for a draw: who drew, how, when).

    Raises:
        NotYourTender, ReasonMissing; TieBreakOther: the rule points elsewhere.
        NoTie: this bid shares no place that counts, or it was decided.
    """
    panels.permit(actor, policy.COMPOSE, tender)
    tender = tenders.locked_tender(session, tender.id)
    bids = {each.label: each for each in openings.running(session, tender.id)}
    ties = allocation(session, tender).ties
    if not ties:
        raise errors.NoTie
    lot_id = bids[label].lot_id if label in bids else next(iter(ties))
    found, tied = queries.find_evaluation(session, lot_id), ties.get(lot_id, ())
    if found is None or not tied:
        raise errors.NoTie
    if not reason.strip():
        raise refusals.ReasonMissing(field="reason")
    prices = {name: each.price_minor for name, each in bids.items() if each.price_minor is not None}
    left = rules.tie_candidates(tender.tie_break, found.outcome, tied, prices, found.input)
    rules.check_tie_choice(label, left)
    chosen = [each.bid.label for each in queries.tie_breaks(session, tender.id).get(lot_id, ())]
    made = TieBreak(
        evaluation_id=found.id, place=rules.place_of(standings(found.outcome, chosen), tied),
        opened_bid_id=bids[label].id, reason=reason.strip(), decided_by_id=actor.user_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(session, "evaluation.tie_broken", tender, actor, at, label=label, rule=tender.tie_break or "")
    return made
