"""Asking, answering, deciding; holding the freeze while a request is open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.files import gateway as files
from cwb.files.rules import clean_name
from cwb.identity.queries import people_with
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.enclosures import services as enclosures
from procurement.evaluation import services as evaluation
from procurement.evaluation.events import FreezeAsked
from procurement.evaluation.queries import disqualified
from procurement.hearings.errors import StillWaiting
from procurement.hearings.rules import check_term, check_text, end_of
from procurement.opening.models import BidAccess
from procurement.panels import errors as refusals
from procurement.panels import queries as panel
from procurement.panels import services as panels
from procurement.repairs import errors, policy, queries, rules
from procurement.repairs.models import RepairRequest
from procurement.repairs.queries import Listed
from procurement.repairs.rules import Kind, Settings, State, Verdict
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act


def _running(session: Session, tender: Tender, actor: Actor) -> Tender:
    """The running, opened tender, held; for a purchaser who does not assess."""
    if not policy.may_ask(actor, tender):
        raise refusals.NotYourTender
    found = panels.running(session, tender, lock=True)
    if found.opened_at is None:
        raise refusals.NotOpened
    enclosures.check_not_on_panel(session, found, actor)
    return found


def listed(session: Session, tender: Tender) -> list[Listed]:
    """The bids that take part or were asked, with what is missing and which formal files do not open."""
    return [
        replace(each, lacks=[*each.lacks, *([rules.FILE] if shut else [])], shut=shut)
        for each in queries.listed(session, tender)
        for shut in [enclosures.unreadable(session, each.bid)]
    ]


def ask_repair(
    session: Session, *, tender: Tender, kind: Kind, about: Sequence[str], bidders: Sequence[int], question: str,
    last_day: date, left_out: str, is_allowed: bool, settings: Settings, actor: Actor, at: datetime,
) -> list[RepairRequest]:  # fmt: skip
    """Ask everybody chosen, with the same words and term, to make up or explain; each once, about all points.

    `bidders`: keys of opened bids. `is_allowed`: the documents do not exclude whoever lacks this. `left_out`: why
    somebody in the same position is not asked.

    Raises:
        NotYourTender, NotOpened, NotForPanel, ScoresFrozen, TenderStopped.
        DocumentsExclude, NobodyAsked, BidderUnknown, AboutMissing, NothingLacking, LeftOut: at their fields.
        TextTooShort, TermTooShort: at the fields `question` and `last_day`.
    """
    found = _running(session, tender, actor)
    if not is_allowed:
        raise errors.DocumentsExclude(field="is_allowed")
    there = {each.bid.id: each for each in listed(session, found) if each.takes_part}
    asked = rules.shares([each.standing for each in there.values()], bidders, about, kind, left_out)
    said = check_text(question, "question")
    until = end_of(check_term(last_day, at, settings.least_working_days))
    made = [
        RepairRequest(
            tender_id=found.id, opened_bid_id=key, kind=kind, about=codes, left_out=left_out.strip(), question=said,
            answer_until=until, asked_by_id=actor.user_id, asked_at=at, answer="", reasons="",
        )
        for key, codes in asked.items()
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    for each in made:
        _note(session, "asked", each, found, actor, at, until=until.isoformat())
        _tell_bidder(
            session, each, found, there[each.opened_bid_id].bid.organisation_id,
            N_("%(number)s: vul uw inschrijving aan"),
            N_("Bij uw inschrijving op “%(title)s” ontbreekt iets, of is iets onduidelijk. "
               "Antwoord tot en met %(day)s. U bent niet afgewezen."), "asked", at,
        )  # fmt: skip
    return made


def answer_repair(
    session: Session, *, request: RepairRequest, answer: str, file: bytes | None = None, file_name: str = "",
    actor: Actor, at: datetime,
) -> RepairRequest:  # fmt: skip
    """Answer for the bidder, once, within the term, with a file or without.

    Raises:
        NotTheBidder, AnsweredBefore, TermEnded, ScoresFrozen, TenderStopped; TextTooShort: at the field.
        FileTooLarge, FileKindRefused, FileEmpty, FileDisguised, FileActive, FileBomb, FileBroken: at the field `file`.
    """
    found = queries.locked(session, request.id)
    if not policy.may_answer(actor, found):
        raise errors.NotTheBidder
    panels.running(session, found.tender)
    found.take_answer(answer, actor.user_id, at)
    if file is not None:
        if len(file) > rules.MOST_FILE:
            raise errors.FileTooLarge(field="file", most=rules.MOST_FILE // rules.MEGA)
        name, kind = clean_name(file_name)
        files.check_content(file, name, kind)
        found.file, found.file_name, found.file_kind = file, name, kind
    session.flush()
    _note(session, "answered", found, found.tender, actor, at)
    _tell_buyers(session, found, at)
    return found


def read_file(session: Session, *, request: RepairRequest, actor: Actor, at: datetime) -> RepairRequest:
    """The request with its file, for the bidder and for the buyer; that the buyer's people read it is written down.

    Raises:
        RepairNotFound: there is no file, or it is not for this reader.
        NotForPanel: a seat in the panel before the freeze.
    """
    found = queries.request(session, request.public_id, with_file=True)
    if found.file is None:
        raise errors.RepairNotFound
    if policy.may_answer(actor, found):
        return found
    if not policy.may_list(actor, found.tender):
        raise errors.RepairNotFound
    enclosures.check_not_on_panel(session, found.tender, actor)
    session.add(
        BidAccess(
            tender_id=found.tender_id,
            opened_bid_id=found.opened_bid_id,
            user_id=actor.user_id,
            purpose="repair",
            at=at,
        )
    )
    session.flush()
    return found


def decide_repair(
    session: Session, *, request: RepairRequest, verdict: Verdict, is_same_bid: bool, is_older: bool, reasons: str,
    actor: Actor, at: datetime,
) -> RepairRequest:  # fmt: skip
    """Decide as a second person; what is refused takes the bid out.

    Raises:
        NotYourTender, NotOpened, NotForPanel, ScoresFrozen, TenderStopped.
        StillWaiting, DecidedBefore, SamePerson.
        TextTooShort, NoAnswer, OtherBid, NotFromBefore: at their fields.
    """
    found = queries.locked(session, request.id)
    _running(session, found.tender, actor)
    state = found.state(at)
    if state is State.DECIDED:
        raise errors.DecidedBefore
    if state is State.ASKED:
        raise StillWaiting
    if found.asked_by_id == actor.user_id:
        raise errors.SamePerson
    found.reasons = rules.check_decision(
        verdict, reasons, kind=found.kind, is_answered=found.answered_at is not None, is_same_bid=is_same_bid,
        is_older=is_older,
    )  # fmt: skip
    found.verdict, found.is_same_bid = verdict, is_same_bid
    found.is_older = None if found.kind is Kind.CLERICAL else is_older
    found.decided_by_id, found.decided_at = actor.user_id, at
    session.flush()
    _note(session, "decided", found, found.tender, actor, at, verdict=verdict.value)
    _tell_bidder(
        session, found, found.tender, found.bid.organisation_id, N_("%(number)s: besluit over uw aanvulling"),
        N_("De koper besliste over uw aanvulling bij “%(title)s”. Lees het besluit en waarom."), "decided", at,
    )  # fmt: skip
    if verdict is Verdict.REFUSED and found.opened_bid_id not in disqualified(session, found.tender_id):
        evaluation.disqualify(
            session, tender=found.tender, label=found.bid.label, reason=rules.OUT_REASON, actor=actor, at=at
        )
    return found


def hear_freeze(session: Session, event: FreezeAsked) -> None:
    """The freeze waits while a request is open.

    Raises:
        RepairOpen: one is.
    """
    if queries.is_open(session, event.tender_id):
        raise errors.RepairOpen


def _note(
    session: Session, act: str, found: RepairRequest, tender: Tender, actor: Actor, at: datetime, **facts: object
) -> None:  # fmt: skip
    """Write an act down without label or name: the panel may read the log."""
    note_act(session, f"repair.{act}", tender, actor, at, request=str(found.public_id), **facts)


def _tell_bidder(
    session: Session, found: RepairRequest, tender: Tender, organisation_id: int, subject: str, told: str, what: str,
    at: datetime,
) -> None:  # fmt: skip
    mail_each(
        session, people_with(session, organisation_id, Role.BOARD, Role.MEMBER), subject=subject, text=told,
        facts={"number": tender.number, "title": tender.title, "day": found.last_day},
        link=f"/repairs/{found.public_id}", at=at, key=f"repair-{found.id}-{what}",
    )  # fmt: skip


def _tell_buyers(session: Session, found: RepairRequest, at: datetime) -> None:
    """Write to the purchasers without a seat who did not ask."""
    tender = found.tender
    kept = {each.user_id for each in panel.panel(session, tender.id)} | {found.asked_by_id}
    mail_each(
        session,
        [each for each in people_with(session, tender.buyer_id, Role.PURCHASER) if each.id not in kept],
        subject=N_("%(number)s: beslis over een aanvulling"),
        text=N_("Een inschrijver op “%(title)s” vulde iets aan. Beslis. De scores wachten hierop."),
        facts={"number": tender.number, "title": tender.title}, link=f"/repairs/{found.public_id}", at=at,
        key=f"repair-{found.id}-answered",
    )  # fmt: skip
