"""The joint round of a panel: it begins when everybody scored alone, and its chair writes down what it agrees."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from procurement.evaluation import errors, queries
from procurement.evaluation.models import ConsensusScore, JointRound
from procurement.evaluation.services import Scores, keep, progress
from procurement.panels import queries as panel
from procurement.panels import services as panels
from procurement.panels.models import PanelMember
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act


def begin(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> JointRound:
    """Show the panel what each member gave alone; from now on nobody changes those points.

    Begun before: nothing happens.

    Raises:
        NotOpened, NotOnPanel, NotDeclared, HasConflict, MemberOfBidder, ScoresFrozen, TenderStopped.
        NotChair, PanelTooSmall; ScoringRuns: somebody still scores.
    """
    tender = panels.running(session, tender, lock=True)
    _chair(session, tender, actor)
    if (found := queries.find_round(session, tender.id)) is not None:
        return found
    _all_scored(session, tender)
    made = JointRound(tender_id=tender.id, begun_by_id=actor.user_id, begun_at=at)
    session.add(made)
    session.flush()
    note_act(session, "evaluation.joint_round", tender, actor, at)
    for each in panel.panel(session, tender.id):
        if each.is_able and each.user_id != actor.user_id:
            panels.mail(
                session, each.user, tender, N_("%(number)s: het gezamenlijke gesprek begint"),
                N_("Iedereen gaf eigen punten aan “%(title)s”. Die staan nu vast. Nu praat u er samen over."),
                key=f"joint-{made.id}-{each.id}", at=at,
            )  # fmt: skip
    return made


def agree(session: Session, *, tender: Tender, label: str, scores: Scores, actor: Actor, at: datetime) -> int:
    """The chair writes down what the panel agreed on a bid; what was agreed before stays in the file.

    Raises:
        as `evaluation.services.save_scores` for one's own; NotChair, PanelTooSmall.
        ScoringRuns: somebody is not done; RoundNotBegun: the joint round is to begin first.
    """
    tender = panels.running(session, tender)
    member = _chair(session, tender, actor)
    check_joint(session, tender)
    return keep(session, ConsensusScore, tender, label, scores, member, at)


def check_joint(session: Session, tender: Tender) -> None:
    """Nobody reads another's points before everyone is done and the joint round began.

    Raises:
        ScoringRuns, RoundNotBegun: not yet.
    """
    _all_scored(session, tender)
    if queries.find_round(session, tender.id) is None:
        raise errors.RoundNotBegun


def _all_scored(session: Session, tender: Tender) -> None:
    if progress(session, tender).to_score:
        raise errors.ScoringRuns


def _chair(session: Session, tender: Tender, actor: Actor) -> PanelMember:
    member = panels.assessor(session, tender, actor)
    if not member.is_chair:
        raise errors.NotChair
    panels.check_panel(panel.panel(session, tender.id))
    return member
