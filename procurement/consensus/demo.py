"""The demo's panels: two people declare, score alone, agree, freeze."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256

from sqlalchemy.orm import Session

from procurement.consensus import services as consensus
from procurement.evaluation import queries, rules, services
from procurement.opening import queries as opening
from procurement.opening.models import OpenedBid
from procurement.panels import services as panels
from procurement.tenders.demo import Plot
from procurement.tenders.models import Tender

UNDONE = "evaluating"
"""The stage that stays in the middle of scoring."""

Then = Callable[[Plot, datetime], None]


def judge(plot: Plot, opened_at: datetime, then: Then | None = None) -> None:
    """Let a panel judge from the day after the opening; `then` is told when the scores are frozen."""
    plot.agenda.at(opened_at + timedelta(days=1), partial(_invite, plot))
    for days, role in enumerate(_seats(plot), start=2):
        plot.agenda.at(opened_at + timedelta(days=days), partial(_score, plot, role))
    if plot.facts["stage"] != UNDONE:
        plot.agenda.at(opened_at + timedelta(days=5), partial(_agree, plot, then))


def _seats(plot: Plot) -> tuple[str, str]:
    """Who judges, the chair first."""
    chair, other = plot.facts.get("panel", ("assessor1", "purchaser1"))
    return chair, other


def _invite(plot: Plot, session: Session, at: datetime) -> None:
    tender, buyer = plot.tender(session), plot.actor(session, f"{plot.facts['anchor']}/purchaser2")
    for role in _seats(plot):
        panels.invite_assessor(
            session,
            tender=tender,
            user_id=plot.person(role),
            is_chair=role == "assessor1",
            actor=buyer,
            at=at,
        )


def _score(plot: Plot, role: str, session: Session, at: datetime) -> None:
    tender, actor = plot.tender(session), plot.actor(session, f"{plot.facts['anchor']}/{role}")
    panels.declare(session, tender=tender, conflict=False, actor=actor, at=at)
    bids = opening.opened(session, tender.id)
    for each in bids[:1] if plot.facts["stage"] == UNDONE else bids:
        services.save_scores(
            session,
            tender=tender,
            label=each.label,
            scores=_points(plot, tender, each, role),
            actor=actor,
            at=at,
        )


def _points(plot: Plot, tender: Tender, bid: OpenedBid, role: str) -> dict[str, tuple[Decimal | None, str]]:
    """By bidder, not by label or number: labels are dealt by chance, and numbers change with the day of seeding."""
    bidder = next(
        key for key, value in plot.agenda.cast.items() if value == bid.organisation_id and "/" not in key
    )
    given: dict[str, tuple[Decimal | None, str]] = {}
    lot = services.lot_of(tender, bid)
    for each in lot.criteria:
        if each.kind != "quality" or each.max_points is None:
            continue
        luck = sha256(f"{plot.number}/{bidder}/{each.code}/{role}".encode()).digest()[0] % 5
        share = Decimal(55 + 10 * luck) / 100
        given[each.code] = (
            (each.max_points * share).quantize(Decimal(1)),
            "Duidelijk plan, met vaste mensen.",
        )
    return given


def settle_ties(plot: Plot, session: Session, at: datetime) -> None:
    """Chance may make equals: people decide, by the published rule."""
    tender, buyer = plot.tender(session), plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
    prices = {each.label: each.price_minor or 0 for each in opening.opened(session, tender.id)}
    while ties := services.allocation(session, tender).ties:
        lot_id, tied = next(iter(ties.items()))
        outcome = queries.evaluations(session, tender.id)[lot_id].outcome
        first = min(rules.tie_candidates(tender.tie_break, outcome, tied, prices))
        services.break_tie(
            session, tender=tender, label=first, reason="De hoogste kwaliteit.", actor=buyer, at=at
        )


def _agree(plot: Plot, then: Then | None, session: Session, at: datetime) -> None:
    tender, chair = plot.tender(session), plot.actor(session, f"{plot.facts['anchor']}/assessor1")
    consensus.begin(session, tender=tender, actor=chair, at=at)
    for each in opening.opened(session, tender.id):
        scores = _points(plot, tender, each, "together")
        consensus.agree(session, tender=tender, label=each.label, scores=scores, actor=chair, at=at)
    services.freeze(session, tender=tender, actor=chair, at=at)
    settle_ties(plot, session, at)
    if then:
        plot.agenda.at(at + timedelta(days=2), lambda _session, moment: then(plot, moment))
