"""Making an award definitive, recording what a judge has to say, withdrawing a decision."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.identity.queries import people_of
from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.awards import queries as awards
from procurement.awards.errors import ReasonMissing
from procurement.awards.models import AwardDecision, AwardLetter
from procurement.awards.rules import Result
from procurement.awards.services import permit, title_of
from procurement.standstill import errors, queries, rules
from procurement.standstill.events import AwardDefinitive, DecisionWithdrawn
from procurement.standstill.models import StandstillExtension, Summons
from procurement.standstill.rules import Wait
from procurement.tenders import queries as tenders
from procurement.tenders import services as tender_services
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act


def _sent(session: Session, tender: Tender) -> list[AwardDecision]:
    """The sent decisions that stand, latest first; the tender stays locked."""
    tenders.locked_tender(session, tender.id)
    found = [each for each in awards.decisions(session, tender.id) if each.sent_at is not None]
    if not found:
        raise errors.NotSent
    return found


def _about(session: Session, tender: Tender, lots: Sequence[int]) -> tuple[AwardDecision, datetime, datetime]:
    """The sent decision in which these lots (by number, none for all) wait, its sending and first free instant.

    Raises:
        NotSent; LotsOfTwoDecisions: they wait in more than one.
    """
    found = _sent(session, tender)
    numbers = {each.id: {lot.number for lot in queries.waiting_lots(session, each)} for each in found}
    wanted = set(lots) & set().union(*numbers.values()) if lots else set().union(*numbers.values())
    about = [each for each in found if numbers[each.id] & wanted]
    if len(about) > 1:
        raise errors.LotsOfTwoDecisions(field="lots")
    made = about[0] if about else found[0]
    if made.sent_at is None or made.standstill_until is None:
        raise errors.NotSent
    return made, made.sent_at, made.standstill_until


def _named(session: Session, decision: AwardDecision, lots: Sequence[int]) -> tuple[list[int], list[Wait]]:
    """What an act about lots (by number, none for all) is stored with, and what each of these lots waits for.

    With all lots still waiting, none are stored: it is about the whole decision.

    Raises:
        AlreadyEnded: nothing waits any more.
        LotNotWaiting: at the field `lots`; definitive, stopped, or no lot of this tender.
    """
    waiting = {each.lot_id: each for each in queries.waits(session, decision)}
    if not waiting:
        raise errors.AlreadyEnded
    numbers = {each.lot.number: each.lot_id for each in decision.lots}
    chosen = [numbers.get(each, 0) for each in lots] or list(waiting)
    if any(each not in waiting for each in chosen):
        raise errors.LotNotWaiting(field="lots")
    is_whole = decision.definitive_at is None and set(chosen) == set(waiting)
    return ([] if is_whole else sorted(chosen)), [waiting[each] for each in chosen]


def _title(tender: Tender, decision: AwardDecision, lot_ids: Sequence[int]) -> str:
    """How the lots that something is about (none: all of the decision) are called; the tender's title for all."""
    is_later = len(decision.lots) < tender.lot_count
    named = [each.lot for each in decision.lots if each.lot_id in lot_ids or (is_later and not lot_ids)]
    if len(named) == 1:
        return title_of(tender, named[0])
    return f"{tender.title} ({'; '.join(each.title for each in named)})" if named else tender.title


def make_definitive(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> AwardDecision:
    """End the standstill of every lot that waits for nothing more: its award is definitive, a contract may be made.

    Lots that wait longer, or for a judge, become definitive later by the same act.

    Raises:
        NotYourTender, NotSent, AlreadyEnded.
        StandstillRuns, SummonsPending, JudgeForbids, ProofOpen: no lot is free yet, or ever.
    """
    permit(actor, tender)
    found = _sent(session, tender)
    obstacle: RuleBroken | Conflict = errors.AlreadyEnded()
    made = None
    for decision in found:
        try:
            free = rules.free_lots(
                queries.waits(session, decision), is_first=decision.definitive_at is None, at=at
            )
        except (RuleBroken, Conflict) as why:
            obstacle = obstacle if isinstance(why, errors.AlreadyEnded) else why
        else:
            made = _end(session, tender, decision, free, actor, at)
    if made is None:
        raise obstacle
    return made


def _end(
    session: Session, tender: Tender, decision: AwardDecision, free: Collection[int], actor: Actor, at: datetime
) -> AwardDecision:  # fmt: skip
    """Make these lots of a decision definitive, and the tender with the first of all."""
    is_first = decision.definitive_at is None
    for award in decision.lots:
        if award.lot_id in free:
            award.definitive_by_id, award.definitive_at = actor.user_id, at
    session.flush()
    if is_first:
        decision.definitive_by_id, decision.definitive_at = actor.user_id, at
        decision.version += 1
        session.flush()
    if tenders.locked_tender(session, tender.id).awarded_at is None:
        tender_services.award_tender(session, tender_id=tender.id, at=at)
    for letter in (each for each in decision.letters if each.bid.lot_id in free):
        won = letter.result is Result.WON
        text = (
            N_("De opdracht “%(title)s” is nu van u. De inkoper maakt het contract.") if won
            else N_("De gunning van “%(title)s” is nu definitief. U hoeft niets te doen.")
        )  # fmt: skip
        _tell(session, tender, letter, N_("%(number)s is definitief gegund"), text,
              {"title": title_of(tender, letter.bid.lot)}, key=f"definitive-{letter.id}", at=at)  # fmt: skip
    lots = [each.lot.number for each in decision.lots if each.lot_id in free]
    note_act(session, "award.definitive", tender, actor, at, lots=lots)
    emit(session, AwardDefinitive(tender.id, decision.id))
    return decision


def record_summons(
    session: Session, *, tender: Tender, served_on: date, reference: str, lots: Sequence[int] = (), actor: Actor,
    at: datetime,
) -> Summons:  # fmt: skip
    """Write down that a bidder went to court within the standstill: signing waits for the judgment.

    `lots` are numbers of the lots it is about; only these wait. None: all that are not definitive.

    Raises:
        NotYourTender, NotSent, AlreadyEnded, LotNotWaiting, LotsOfTwoDecisions, ReferenceMissing, ServedOutside.
    """
    permit(actor, tender)
    decision, sent_at, _ = _about(session, tender, lots)
    lot_ids, waiting = _named(session, decision, lots)
    if not reference.strip():
        raise errors.ReferenceMissing(field="reference")
    for each in waiting:
        rules.check_served(served_on, sent_at=sent_at, until=each.until)
    made = Summons(
        decision_id=decision.id, lot_ids=lot_ids, served_on=served_on, reference=reference.strip(),
        recorded_by_id=actor.user_id, recorded_at=at, judgment="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(session, "award.summons", tender, actor, at, served_on=served_on.isoformat(), lots=list(lots))
    for letter in _once(decision, lot_ids):
        _tell(
            session, tender, letter, N_("%(number)s: er loopt een kort geding"),
            N_("Een inschrijver vraagt de rechter om een oordeel over “%(title)s”. De gunning wacht daarop."),
            {"title": _title(tender, decision, lot_ids)},
            key=f"summons-{made.id}-{letter.id}", at=at,
        )  # fmt: skip
    return made


def record_judgment(
    session: Session,
    *,
    tender: Tender,
    summons_id: int,
    may_award: bool,
    judgment: str,
    actor: Actor,
    at: datetime,
) -> Summons:
    """Write down what the judge said: the award may go on, or this decision may not.

    Raises:
        NotYourTender, SummonsNotFound, JudgedBefore, JudgmentMissing.
    """
    permit(actor, tender)
    tenders.locked_tender(session, tender.id)
    found = queries.summons(session, tender.id, summons_id)
    if found.judged_at is not None:
        raise errors.JudgedBefore
    if not judgment.strip():
        raise errors.JudgmentMissing(field="judgment")
    found.may_award, found.judgment = may_award, judgment.strip()
    found.judged_by_id, found.judged_at = actor.user_id, at
    session.flush()
    note_act(session, "award.judged", tender, actor, at, may_award=may_award)
    return found


def withdraw_decision(
    session: Session, *, tender: Tender, reason: str, actor: Actor, at: datetime
) -> AwardDecision:
    """Take a decision back before it is definitive, with the reason that every bidder reads.

    The scores stand; another decision may follow. An unsent decision is put away without letters.

    Raises:
        NotYourTender, ReasonMissing, NotSent: there is none; AlreadyEnded: it is definitive.
    """
    permit(actor, tender)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    tender = tenders.locked_tender(session, tender.id)
    decision = awards.find_decision(session, tender.id)
    if decision is None:
        raise errors.NotSent
    if decision.definitive_at is not None:
        raise errors.AlreadyEnded
    decision.withdrawn_by_id, decision.withdrawn_at = actor.user_id, at
    decision.withdraw_reason, decision.version = reason.strip(), decision.version + 1
    session.flush()
    if decision.sent_at is not None:
        if tender.awarded_at is None:
            tender_services.take_back_decision(session, tender_id=tender.id, at=at)
        for letter in _once(decision):
            _tell(
                session, tender, letter, N_("%(number)s: het besluit is ingetrokken"),
                N_("Het gunningsbesluit over “%(title)s” geldt niet meer. De reden:\n\n%(reason)s"),
                {"reason": reason.strip(), "title": _title(tender, decision, ())},
                key=f"withdrawn-{letter.id}", at=at,
            )  # fmt: skip
        emit(session, DecisionWithdrawn(tender.id, decision.id))
    note_act(session, "award.withdrawn", tender, actor, at)
    return decision


def take_back_lots(
    session: Session, *, tender: Tender, lots: Sequence[int], reason: str, actor: Actor, at: datetime
) -> AwardDecision:
    """Take the award of lots (by number) back that wait while another lot is definitive; a new decision follows.

    Who bid on these lots reads the reason; the definitive lots and their contracts stay. The scores stand too.

    Raises:
        NotYourTender, ReasonMissing, NotSent, AlreadyEnded, LotNotWaiting, LotsOfTwoDecisions.
        LotsMissing: none was named.
        NothingDefinitive: no lot of the decision is definitive, so it is withdrawn whole.
        DecisionWaits: another decision is being written; it does not name these lots.
    """
    permit(actor, tender)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not lots:
        raise errors.LotsMissing(field="lots")
    decision, _, _ = _about(session, tender, lots)
    lot_ids = {each.lot_id for each in _named(session, decision, lots)[1]}
    latest = awards.find_decision(session, tender.id)
    rules.check_take_back(
        is_definitive=decision.definitive_at is not None,
        has_draft=latest is not None and latest.sent_at is None,
    )
    for award in (each for each in decision.lots if each.lot_id in lot_ids):
        award.withdrawn_by_id, award.withdrawn_at, award.withdraw_reason = actor.user_id, at, reason.strip()
    session.flush()
    for letter in _once(decision, lot_ids):
        _tell(
            session, tender, letter, N_("%(number)s: het besluit is ingetrokken"),
            N_(
                "Het gunningsbesluit over “%(title)s” geldt niet meer. Er komt een nieuw besluit. De reden:"
                "\n\n%(reason)s"
            ),
            {"reason": reason.strip(), "title": _title(tender, decision, sorted(lot_ids))},
            key=f"taken-back-{letter.id}", at=at,
        )  # fmt: skip
    emit(session, DecisionWithdrawn(tender.id, decision.id))
    note_act(session, "award.lots_withdrawn", tender, actor, at, lots=sorted(lots))
    return decision


def extend(
    session: Session, *, tender: Tender, last_day: date, reason: str, lots: Sequence[int] = (), actor: Actor,
    at: datetime,
) -> StandstillExtension:  # fmt: skip
    """Wait longer than was announced, for a reason that all bidders read at once; never shorter.

    `lots` are numbers of the lots that wait longer; the others go on. None: all that are not definitive.

    Raises:
        NotYourTender, NotSent, AlreadyEnded, LotNotWaiting, LotsOfTwoDecisions.
        StandstillOver, NotLater, ExtensionReasonMissing.
    """
    permit(actor, tender)
    decision, _, usual = _about(session, tender, lots)
    lot_ids, waiting = _named(session, decision, lots)
    free = max(rules.extended_until(last_day, until=each.until, reason=reason, at=at) for each in waiting)
    until = max(each.until for each in waiting) if lot_ids else usual
    made = StandstillExtension(
        decision_id=decision.id, lot_ids=lot_ids, until_before=until, until=free, reason=reason.strip(),
        extended_by_id=actor.user_id, extended_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if lot_ids:
        for award in (each for each in decision.lots if each.lot_id in lot_ids):
            award.standstill_until = free
        session.flush()
    else:
        decision.standstill_until, decision.version = free, decision.version + 1
        session.flush()
        if tender.awarded_at is None:
            tender_services.extend_standstill(session, tender_id=tender.id, until=free, at=at)
    for letter in _once(decision, lot_ids):
        _tell(
            session, tender, letter, N_("%(number)s: de wachttijd duurt langer"),
            N_("Wij wachten met de gunning van “%(title)s” tot en met %(last)s. De reden:\n\n%(reason)s"),
            {"last": last_day, "reason": made.reason, "title": _title(tender, decision, lot_ids)},
            key=f"longer-{made.id}-{letter.id}", at=at,
        )  # fmt: skip
    note_act(session, "award.standstill_extended", tender, actor, at, until=free.isoformat(), lots=list(lots))
    return made


def _once(decision: AwardDecision, lot_ids: Collection[int] = ()) -> Iterable[AwardLetter]:
    """One letter of each bidder on these lots, none for all: who bid on more of them hears it once."""
    return {
        each.organisation_id: each for each in decision.letters if rules.concerns(lot_ids, each.bid.lot_id)
    }.values()


def _tell(
    session: Session, tender: Tender, letter: AwardLetter, subject: str, text: str, facts: dict[str, object], *,
    key: str, at: datetime,
) -> None:  # fmt: skip
    mail_each(
        session, people_of(session, letter.bid.party_ids, Role.BOARD, Role.MEMBER), subject=subject, text=text,
        facts={"number": tender.number, "title": tender.title, **facts}, link=f"/tenders/{tender.number}/award", at=at,
        key=key,
    )  # fmt: skip
