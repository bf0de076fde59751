"""Making an award definitive, recording what a judge has to say, withdrawing a decision."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.identity.queries import people_of
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.awards import queries as awards
from procurement.awards.errors import ReasonMissing
from procurement.awards.models import AwardDecision, AwardLetter
from procurement.awards.rules import Result
from procurement.awards.services import note, permit, title_of
from procurement.standstill import errors, queries, rules
from procurement.standstill.events import AwardDefinitive, DecisionWithdrawn
from procurement.standstill.models import StandstillExtension, Summons
from procurement.tenders import queries as tenders
from procurement.tenders import services as tender_services
from procurement.tenders.models import Tender


def _sent(session: Session, tender: Tender) -> tuple[AwardDecision, datetime, datetime]:
    """The sent decision that stands, with its sending and the first free instant; the tender stays locked."""
    tenders.locked_tender(session, tender.id)
    found = awards.find_decision(session, tender.id)
    if found is None or found.sent_at is None or found.standstill_until is None:
        raise errors.NotSent
    if found.definitive_at is not None:
        raise errors.AlreadyEnded
    return found, found.sent_at, found.standstill_until


def make_definitive(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> AwardDecision:
    """End the standstill: the award is definitive and a contract may be made.

    Raises:
        NotYourTender, NotSent, AlreadyEnded.
        StandstillRuns, SummonsPending, JudgeForbids: not yet, or never.
    """
    permit(actor, tender)
    decision, _, until = _sent(session, tender)
    judgments = [each.may_award for each in queries.summonses(session, decision.id)]
    rules.check_definitive(until=until, judgments=judgments, at=at)
    decision.definitive_by_id, decision.definitive_at = actor.user_id, at
    decision.version += 1
    session.flush()
    tender_services.award_tender(session, tender_id=tender.id, at=at)
    for letter in decision.letters:
        won = letter.result is Result.WON
        text = (
            N_("De opdracht “%(title)s” is nu van u. De inkoper maakt het contract.") if won
            else N_("De gunning van “%(title)s” is nu definitief. U hoeft niets te doen.")
        )  # fmt: skip
        _tell(session, tender, letter, N_("%(number)s is definitief gegund"), text,
              {"title": title_of(tender, letter.bid.lot)}, key=f"definitive-{letter.id}", at=at)  # fmt: skip
    note(session, "award.definitive", tender, actor, at)
    emit(session, AwardDefinitive(tender.id, decision.id))
    return decision


def record_summons(
    session: Session, *, tender: Tender, served_on: date, reference: str, actor: Actor, at: datetime
) -> Summons:
    """Write down that a bidder went to court within the standstill: signing waits for the judgment.

    Raises:
        NotYourTender, NotSent, AlreadyEnded, ReferenceMissing, ServedOutside.
    """
    permit(actor, tender)
    decision, sent_at, until = _sent(session, tender)
    if not reference.strip():
        raise errors.ReferenceMissing(field="reference")
    rules.check_served(served_on, sent_at=sent_at, until=until)
    made = Summons(
        decision_id=decision.id, served_on=served_on, reference=reference.strip(), recorded_by_id=actor.user_id,
        recorded_at=at, judgment="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, "award.summons", tender, actor, at, served_on=served_on.isoformat())
    for letter in _once(decision):
        _tell(
            session, tender, letter, N_("%(number)s: er loopt een kort geding"),
            N_("Een inschrijver vraagt de rechter om een oordeel over “%(title)s”. De gunning wacht daarop."), {},
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
    note(session, "award.judged", tender, actor, at, may_award=may_award)
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
    tenders.locked_tender(session, tender.id)
    decision = awards.find_decision(session, tender.id)
    if decision is None:
        raise errors.NotSent
    if decision.definitive_at is not None:
        raise errors.AlreadyEnded
    decision.withdrawn_by_id, decision.withdrawn_at = actor.user_id, at
    decision.withdraw_reason, decision.version = reason.strip(), decision.version + 1
    session.flush()
    if decision.sent_at is not None:
        tender_services.take_back_decision(session, tender_id=tender.id, at=at)
        for letter in _once(decision):
            _tell(
                session, tender, letter, N_("%(number)s: het besluit is ingetrokken"),
                N_("Het gunningsbesluit over “%(title)s” geldt niet meer. De reden:\n\n%(reason)s"),
                {"reason": reason.strip()}, key=f"withdrawn-{letter.id}", at=at,
            )  # fmt: skip
        emit(session, DecisionWithdrawn(tender.id, decision.id))
    note(session, "award.withdrawn", tender, actor, at)
    return decision


def extend(
    session: Session, *, tender: Tender, last_day: date, reason: str, actor: Actor, at: datetime
) -> StandstillExtension:
    """Wait longer than was announced, for a reason that all bidders read at once; never shorter.

    Raises:
        NotYourTender, NotSent, AlreadyEnded, StandstillOver, NotLater, ExtensionReasonMissing.
    """
    permit(actor, tender)
    decision, _, until = _sent(session, tender)
    free = rules.extended_until(last_day, until=until, reason=reason, at=at)
    made = StandstillExtension(
        decision_id=decision.id, until_before=until, until=free, reason=reason.strip(), extended_by_id=actor.user_id,
        extended_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    decision.standstill_until, decision.version = free, decision.version + 1
    session.flush()
    tender_services.extend_standstill(session, tender_id=tender.id, until=free, at=at)
    for letter in _once(decision):
        _tell(
            session, tender, letter, N_("%(number)s: de wachttijd duurt langer"),
            N_("Wij wachten met de gunning van “%(title)s” tot en met %(last)s. De reden:\n\n%(reason)s"),
            {"last": last_day, "reason": made.reason}, key=f"longer-{made.id}-{letter.id}", at=at,
        )  # fmt: skip
    note(session, "award.standstill_extended", tender, actor, at, until=free.isoformat())
    return made


def _once(decision: AwardDecision) -> Iterable[AwardLetter]:
    """One letter of each bidder: who bid on more lots hears it once."""
    return {each.organisation_id: each for each in decision.letters}.values()


def _tell(
    session: Session, tender: Tender, letter: AwardLetter, subject: str, text: str, facts: dict[str, object], *,
    key: str, at: datetime,
) -> None:  # fmt: skip
    for person in people_of(session, letter.bid.party_ids, Role.BOARD, Role.MEMBER):
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text,
            facts={"number": tender.number, "title": tender.title, **facts},
            link=f"/tenders/{tender.number}/award", at=at, key=f"{key}-{person.id}",
        )  # fmt: skip
