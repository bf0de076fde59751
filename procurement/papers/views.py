"""Papers as PDF, each behind the guard of the page it belongs to."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Document, Words
from cwb.identity.models import Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.text import N_
from cwb.web.guards import guarded, public
from cwb.web.i18n import language
from cwb.web.pages import pdf_file
from cwb.web.request import actor, db, find_actor
from procurement.awards import policy as award_policy
from procurement.awards import queries as awards
from procurement.awards.errors import AwardNotFound
from procurement.awards.models import AwardLetter
from procurement.awards.rules import last_day, standstill
from procurement.bids import policy as bid_policy
from procurement.bids import queries as bids
from procurement.bids import rules as bid_rules
from procurement.bids.errors import BidNotFound
from procurement.bids.models import Bid, BidVersion
from procurement.bids.services import of_one, read_copy
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.forms import VAT
from procurement.contracts.rules import OUTCOME_TEXTS
from procurement.enquiries import queries as enquiries
from procurement.enquiries.rules import PARTS
from procurement.envelopes.rules import content_of_text
from procurement.letters import rules as letters
from procurement.lifecycle.rules import named
from procurement.lots.queries import find_stop
from procurement.lots.rules import whole_title
from procurement.opening import policy as opening_policy
from procurement.opening import queries as openings
from procurement.opening.errors import OpeningNotFound
from procurement.opening.views import FAULTS
from procurement.papers import rules
from procurement.papers.rules import About
from procurement.sealing.gateway import HouseKeys
from procurement.standstill import queries as standstills
from procurement.statements.rules import Demand, told
from procurement.substitutes import queries as substitutes
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotOpen
from procurement.tenders.models import Lot, Tender
from procurement.wage_floors.rules import labour_of

bp = Blueprint("papers", __name__)


def _words() -> Words:
    return Words(language())


def _about(tender: Tender, buyer: str | None = None, lot: Lot | None = None) -> About:
    title = tender.title
    if lot is not None:
        title = whole_title(title, tender.lot_count, lot.number, lot.title)
    return About(tender.number, title, tender.buyer.name if buyer is None else buyer)


def _file(name: str, document: Document) -> Response:
    return pdf_file(name, pdf(document))


@bp.get("/tenders/<number>/nota/<int(max=9999):nota_number>/nota.pdf")
@public
def nota(number: str, nota_number: int) -> Response:
    """A nota van inlichtingen, for everyone from the moment it is published."""
    tender, words = tenders.tender(db(), number, find_actor()), _words()
    if tender.published_at is None:
        raise NotOpen
    found = enquiries.nota(db(), tender.id, nota_number)
    parts = {code: words.text(name) for code, name in PARTS.items()}
    parts |= {f"criterion:{each.code}": each.name for lot in tender.lots for each in lot.criteria}
    document = rules.nota(
        words, _about(tender), number=found.number, published_at=found.published_at, closes_at=tender.closes_at,
        questions=[
            rules.Answered(parts.get(each.part, each.part), each.text, each.answer or "") for each in found.questions
        ],
    )  # fmt: skip
    return _file(f"{number}-nota-{found.number}", document)


def _keys() -> HouseKeys:
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _files(content: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """The files that went along: name, bytes, hash."""
    return [(each["name"], each["size"], each["digest"]) for each in content.get("files", ())]


def _stated(demand: Demand, content: Mapping[str, Any]) -> list[rules.Stated]:
    """The own statement that went along: question, answer, explanation."""
    words = _words()
    yes, no = words.text(N_("ja")), words.text(N_("nee"))
    return [
        rules.Stated(words.text(question), yes if answer else no, text)
        for question, answer, text in told(demand, content.get("grounds") or {})
    ]


def _handed(bid_id: UUID) -> tuple[Bid, BidVersion, rules.Received]:
    bid = of_one(db(), bids.own_bid(db(), bid_id, actor().organisation_id), actor())
    versions = bids.versions(db(), bid.id)
    if not versions:
        raise BidNotFound
    version = versions[0]
    by, bidder = (
        db().get_one(User, version.submitted_by_id),
        db().get_one(Organisation, bid.organisation_id),
    )
    received = rules.Received(
        bidder.name, by.name, version.receipt, version.version, version.submitted_at, version.digest
    )
    return bid, version, received


@bp.get("/bids/<uuid:bid_id>/receipt.pdf")
@guarded(bid_policy.SEE_OWN)
def receipt(bid_id: UUID) -> Response:
    """The proof that one's own bid was received."""
    bid, version, received = _handed(bid_id)
    document = rules.receipt(
        _words(), _about(bid.tender, lot=bid.lot), received, closes_at=bid.tender.closes_at,
        address=current_app.extensions["cwb.config"].base_url + url_for("bids.show", bid_id=bid.public_id),
        files=_files(content := content_of_text(read_copy(bid, version, _keys()))), content=content,
    )  # fmt: skip
    return _file(f"{bid.tender.number}-{version.receipt}", document)


def _labour(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Hours of work and what was reckoned for them, where a wage floor asked for it."""
    found, words = labour_of(content.get("labour")), _words()
    if found is None:
        return []
    return [
        (words.text(N_("Uren van mensen in dienst")), words.number(found.hours)),
        (words.text(N_("Loonkosten voor die uren")), words.money(found.minor)),
        (words.text(N_("Uren van zelfstandigen")), words.number(found.fee_hours)),
        (words.text(N_("Vergoeding voor die uren")), words.money(found.fee_minor)),
    ]


@bp.get("/bids/<uuid:bid_id>/copy.pdf")
@guarded(bid_policy.SEE_OWN)
def bid_copy(bid_id: UUID) -> Response:
    """One's own bid as it was handed in last."""
    bid, version, received = _handed(bid_id)
    chance = bids.opportunity(db(), bid.tender.number, bid.lot.number, actor())
    document = rules.bid_copy(
        _words(), _about(bid.tender, lot=bid.lot), received,
        content=(content := content_of_text(read_copy(bid, version, _keys()))),
        names={each.code: each.name for each in chance.criteria}, statements=bid_rules.STATEMENTS,
        files=_files(content), stated=_stated(chance.demand, content),
        costs=named(chance.life, content.get("costs", {})), labour=_labour(content),
    )  # fmt: skip
    return _file(f"{bid.tender.number}-{version.receipt}-kopie", document)


@bp.get("/tenders/<number>/opening/record.pdf")
@guarded(opening_policy.SEE_RECORD)
def opening_record(number: str) -> Response:
    """The record of an opening, for the buyer's people and auditors."""
    tender, words = openings.tender(db(), number), _words()
    if not opening_policy.may(actor(), opening_policy.SEE_RECORD, tender):
        raise OpeningNotFound
    opening = openings.find_opening(db(), tender.id)
    if opening is None:
        raise OpeningNotFound
    frozen = tender.scores_frozen_at is not None
    found = [
        rules.Opened(
            each.party_name, each.received_at, each.version, each.digest,
            words.text("In orde" if each.fault is None else FAULTS[each.fault]), each.label if frozen else "",
            f"{each.lot.number}. {each.lot.title}" if tender.is_divided else "",
        )
        for each in openings.received_list(db(), tender.id)
    ]  # fmt: skip
    late = [
        rules.Late(each.organisation.name, each.at, words.text(_LATE[each.kind]))
        for each in bids.late_attempts(db(), tender.id)
    ]
    act = rules.Act(
        opening.first_user.name, opening.second_user.name, tender.closes_at, opening.released_at,
        opening.opened_at, opening.escrow_reason, opening.digest,
    )  # fmt: skip
    return _file(f"{number}-opening", rules.opening_record(words, _about(tender), act, bids=found, late=late))


_LATE = {"submit": "Wilde indienen", "withdraw": "Wilde intrekken"}


@bp.get("/awards/<uuid:public_id>/letter.pdf")
@guarded(award_policy.READ)
def letter(public_id: UUID) -> Response:
    """An award letter as it was sent: for its bidder, the buyer's people, auditors."""
    found = awards.letter(db(), public_id)
    decision, content = found.decision, found.content
    if not award_policy.may_read(actor(), found) or decision.sent_at is None or not content:
        raise AwardNotFound
    tender, fixed = decision.tender, content.get("parties", {})
    document = letters.letter(
        letters.Sent(
            number=tender.number, title=tender.title, buyer=fixed.get("buyer", tender.buyer.name),
            bidder=fixed.get("bidder", found.party_name), result=found.result.value,
            advantages=found.advantages, lesson=found.lesson, content=content, sent_at=decision.sent_at,
            last_day=standstill(decision.sent_at, decision.standstill_days).last_day, days=decision.standstill_days,
            article=decision.term["article"], contact_name=decision.contact_name,
            contact_email=decision.contact_email, contact_phone=decision.contact_phone,
            formula=found.bid.lot.formula or "", later=_later(found),
        )
    )  # fmt: skip
    return _file(f"{tender.number}-gunningsbeslissing-{local_date(decision.sent_at)}", document)


def _later(letter: AwardLetter) -> list[letters.Later]:
    """What was told about the lot of a letter after it went out."""
    award, stop = awards.award_of(db(), letter), find_stop(db(), letter.bid.lot_id)
    longer, _court = standstills.letter_waits(db(), letter)
    told = [letters.longer(each.extended_at, last_day(each.until), each.reason) for each in longer]
    told += [
        letters.taken_back(gone.withdrawn_at, gone.withdraw_reason)
        for gone in (letter.decision, award)
        if gone.withdrawn_at is not None
    ]
    return [*told, letters.stopped(stop.stopped_at, stop.reason)] if stop is not None else told


@bp.get("/contracts/<number>/contract.pdf")
@guarded(contract_policy.SEE)
def contract(number: str) -> Response:
    """A contract in short, for its two parties and auditors."""
    found, words = contracts.contract(db(), number), _words()
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    open_yet = words.text("nog niet")
    alone = (
        "Leverancier",
        found.supplier_signed_by and found.supplier_signed_by.name,
        found.supplier_signed_at,
    )
    members = [
        (each.organisation.name, each.signed_by and each.signed_by.name, each.signed_at)
        for each in found.members
    ]
    signed = [
        (words.text(role), f"{name}, {words.moment(at)}" if name else open_yet)
        for role, name, at in (
            ("Koper", found.buyer_signed_by and found.buyer_signed_by.name, found.buyer_signed_at),
            *(members or [alone]),
        )
    ]  # fmt: skip
    option = found.local_option
    local = (
        f"{words.text(OUTCOME_TEXTS[option.outcome])}. {option.reason}"
        if option
        else words.text("Nog niet vastgelegd. De koper doet dit voor het tekenen.")
    )
    terms = rules.Terms(
        found.number, found.title, found.supplier_name, found.starts_on, found.ends_on, found.payment_days,
        found.price_minor,
        [(each.description, str(VAT[each.vat_code]), each.amount_minor) for each in found.lines], found.created_at,
        *contracts.promised(db(), found),
    )  # fmt: skip
    document = rules.contract(
        words,
        _about(found.tender, found.buyer.name),
        terms,
        signatures=signed,
        local=local,
        members=[(each.organisation.name, each.role, each.share) for each in found.members],
        lent=[
            (
                words.text(N_("%(name)s, in plaats van %(gone)s"), name=each.name, gone=each.instead_of)
                if each.instead_of
                else each.name,
                each.means,
                each.promise,
            )
            for each in substitutes.of_contract(db(), found.lot_id, found.supplier_id)
        ],
    )
    return _file(found.number, document)
