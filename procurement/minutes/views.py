"""The minutes as PDF, each behind the guard of the page it belongs to."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response

from cwb.documents.gateway import pdf
from cwb.documents.rules import Cell, Document, Words
from cwb.kernel.text import N_
from cwb.web.guards import guarded, permit
from cwb.web.i18n import language
from cwb.web.pages import pdf_file
from cwb.web.request import actor, db
from procurement.evaluation import queries as evaluations
from procurement.evaluation.errors import EvaluationNotFound
from procurement.lowbids import policy as low_bid_policy
from procurement.lowbids import rules as low_bids
from procurement.lowbids import views as low_bid_pages
from procurement.lowbids.models import LowBidQuestion
from procurement.minutes import rules
from procurement.minutes.rules import Decision, Heard, minutes
from procurement.panels import policy as panel_policy
from procurement.panels import queries as panels
from procurement.papers.rules import About
from procurement.repairs import policy as repair_policy
from procurement.repairs import rules as repairs
from procurement.repairs import views as repair_pages
from procurement.repairs.models import RepairRequest
from procurement.rescoring import queries as rescorings
from procurement.rescoring.rules import GROUNDS
from procurement.tenders.models import Tender

bp = Blueprint("minutes", __name__)


def price_document(words: Words, found: LowBidQuestion, *, is_bidder: bool) -> Document:
    """A question about a price. A bidder reads no percents, no label, and no judgment before it is confirmed."""
    text, tender = words.text, found.tender
    told = low_bids.TOLD if is_bidder else low_bids.HINTS
    hints = [text(told[low_bids.Against(each["against"])], percent=each["percent"]) for each in found.hints]
    facts: list[tuple[str, Cell]] = [] if is_bidder else [(text(N_("Inschrijving")), found.bid.label)]
    facts += [
        (text(N_("Prijs, zonder btw")), words.money(found.bid.price_minor)),
        (text(N_("Wat opviel")), "; ".join(hints) or text(N_("niets"))),
    ]
    decision = None
    if found.verdict and found.judged_at and (found.confirmed_at or not is_bidder):
        decision = Decision(
            text(low_bids.VERDICTS[found.verdict]), found.reasons, found.judged_at, found.confirmed_at
        )
    heard = Heard(
        facts, found.question, found.asked_at, found.last_day, found.answer, found.answered_at, decision
    )
    about = About(tender.number, tender.title, tender.buyer.name)
    return minutes(words, about, text(N_("Vraag over een prijs")), heard)


def repair_document(words: Words, found: RepairRequest) -> Document:
    """A request to make up a formal defect."""
    text, tender = words.text, found.tender
    facts: list[tuple[str, Cell]] = [
        (text(N_("Inschrijver")), found.bid.party_name), (text(N_("Wat er is")), text(repairs.KINDS[found.kind])),
        (text(N_("Waarover")), "; ".join(text(repairs.ABOUT[code]) for code in found.about)),
    ]  # fmt: skip
    if found.file_name:
        facts.append((text(N_("Het stuk")), found.file_name))
    decision = None
    if found.verdict and found.decided_at:
        decision = Decision(text(repairs.VERDICTS[found.verdict]), found.reasons, found.decided_at)
    heard = Heard(
        facts, found.question, found.asked_at, found.last_day, found.answer, found.answered_at, decision
    )
    about = About(tender.number, tender.title, tender.buyer.name)
    return minutes(words, about, text(N_("Herstel van een gebrek")), heard)


def evaluation_document(words: Words, tender: Tender, frozen_at: datetime) -> Document:
    """How a panel assessed, and what changed after the freeze."""
    text, panel = words.text, panels.panel(db(), tender.id)
    begun = evaluations.find_round(db(), tender.id)
    every = [
        *evaluations.earlier_evaluations(db(), tender.id),
        *evaluations.evaluations(db(), tender.id).values(),
    ]
    lots = {lot.id: (lot.number, {each.code: each.name for each in lot.criteria}) for lot in tender.lots}
    said = {None: N_("nog niet verklaard"), False: N_("geen belang"), True: N_("meldt een belang")}
    found = rules.Assessed(
        joint_at=begun.begun_at if begun else None, frozen_at=frozen_at,
        rankings=[
            (
                text(N_("Perceel %(num)s, keer %(version)s"), num=lots[each.lot_id][0], version=each.version),
                each.frozen_at, each.digest,
            )
            for each in sorted(every, key=lambda each: each.id)
        ],
        seats=[
            rules.Seat(
                each.user.name, each.is_chair, each.invited_at,
                ". ".join(filter(None, (text(said[each.conflict]), each.conflict_reason))), each.release_reason,
            )
            for each in panel
        ],
        passed=[
            rules.Passed(
                each.decided_at, each.left.user.name, each.came.name, each.is_chair, each.decided_by.name, each.reason
            )
            for each in panels.replacements(db(), tender.id)
        ],
        anew=[
            rules.Anew(
                each.evaluation.frozen_at, each.bid.label,
                ", ".join(lots[each.bid.lot_id][1][code] for code in each.codes),
                text(GROUNDS[each.ground]), each.reason, each.asked_by.name,
                each.decided_by.name if each.decided_by else "",
            )
            for each in rescorings.rescorings(db(), tender.id) if each.evaluation is not None
        ],
    )  # fmt: skip
    return rules.evaluation(words, About(tender.number, tender.title, tender.buyer.name), found)


@bp.get("/tenders/<number>/evaluation/minutes.pdf")
@guarded(panel_policy.SEE)
def evaluation(number: str) -> Response:
    """The minutes of an evaluation, once the scores are frozen."""
    tender = evaluations.tender(db(), number)
    permit(panel_policy.may(actor(), panel_policy.SEE, tender))
    if tender.scores_frozen_at is None:
        raise EvaluationNotFound
    made = evaluation_document(Words(language()), tender, tender.scores_frozen_at)
    return pdf_file(f"{number}-beoordeling", pdf(made))


@bp.get("/low-bids/<uuid:public_id>/minutes.pdf")
@guarded(low_bid_policy.READ)
def price(public_id: UUID) -> Response:
    """A question about a price, for the file."""
    found, _is_buyer = low_bid_pages.reading(public_id)
    is_bidder = low_bid_policy.may_explain(actor(), found)
    made = price_document(Words(language()), found, is_bidder=is_bidder)
    return pdf_file(f"{found.tender.number}-prijs", pdf(made))


@bp.get("/repairs/<uuid:public_id>/minutes.pdf")
@guarded(repair_policy.READ)
def repair(public_id: UUID) -> Response:
    """A repair, for the file."""
    found, _is_bidder = repair_pages.reading(public_id)
    return pdf_file(f"{found.tender.number}-herstel", pdf(repair_document(Words(language()), found)))
