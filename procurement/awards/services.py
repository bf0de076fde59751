"""Preparing a decision, writing its letters, and sending all of them in one act."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import people_of
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.awards import errors, policy, queries, rules
from procurement.awards.events import DecisionAsked, DecisionSent, LettersFixed
from procurement.awards.models import AwardDecision, AwardLetter, LotAward
from procurement.awards.rules import Result, Term
from procurement.evaluation import queries as evaluations
from procurement.evaluation import rules as ranking
from procurement.evaluation.models import Evaluation
from procurement.evaluation.services import allocation, further
from procurement.lots.queries import stops
from procurement.lots.rules import Allocation, standings, whole_title
from procurement.opening import queries as openings
from procurement.repairs.queries import accepted
from procurement.tenders import queries as tenders
from procurement.tenders import services as tender_services
from procurement.tenders.models import Lot, Tender
from procurement.tenders.rules import phone
from procurement.tenders.services import note_act


def prepare_decision(
    session: Session, *, tender: Tender, contact_name: str, contact_email: str, contact_phone: str = "",
    days: int | None = None, reasons: Mapping[int, str] | None = None, terms: Sequence[Term], actor: Actor,
    at: datetime,
) -> AwardDecision:  # fmt: skip
    """Begin a decision about all lots that have none, with a letter to write for every bid on them.

    These are all at first; beside a definitive decision those whose award was taken back.

    `days`: a longer standstill than the rule's. `reasons`: by lot number why a lot without a winner fails.

    Raises:
        NotYourTender: no purchaser of the buyer.
        ScoresNotFrozen, TieOpen, NobodyToAward, NobodyLeft, AlreadyPrepared, or a listener's: not now.
        ContactMissing, PhoneInvalid, LotReasonMissing, TermTooShort, NoTerm: input.
    """
    permit(actor, tender)
    tender = tenders.locked_tender(session, tender.id)
    if not _may_prepare(tender):
        raise errors.ScoresNotFrozen
    emit(session, DecisionAsked(tender.id))
    before, settled = queries.find_decision(session, tender.id), queries.settled(session, tender.id)
    tender = tenders.locked_tender(session, tender.id)  # whole again: a decision brings it without lots
    to_decide = [each for each in tender.lots if each.id not in settled]
    if before is not None and (before.definitive_at is None or not _running(to_decide)):
        raise errors.AlreadyPrepared
    given = allocation(session, tender, settled)
    if given.ties:
        raise errors.TieOpen
    if not any(given.winners[each.id] for each in to_decide):
        raise errors.NobodyToAward if before is None else errors.NobodyLeft
    if not contact_name.strip() or not contact_email.strip():
        raise errors.ContactMissing(field="contact_name")
    term = rules.term_for(terms, tender.procedure or "", local_date(at))
    wanted = term.days if days is None else days
    rules.check_days(wanted, term)
    made = AwardDecision(
        tender_id=tender.id, prepared_by_id=actor.user_id, prepared_at=at, standstill_days=wanted, term=_kept(term),
        contact_name=contact_name.strip(), contact_email=contact_email.strip(), contact_phone=phone(contact_phone),
    )  # fmt: skip
    session.add(made)
    session.flush()
    lots = to_decide if before is None else _running(to_decide)
    _decide_lots(session, tender, made, lots, given, reasons or {})
    winners = {str(lot.number): given.winners[lot.id] or "" for lot in lots}
    note_act(session, "award.prepared", tender, actor, at, winners=winners, days=wanted)
    return made


def failing(session: Session, tender: Tender) -> list[int]:
    """Numbers of running lots of a divided tender that get no winner: a decision says why."""
    if not tender.is_divided or not _may_prepare(tender):
        return []
    settled = queries.settled(session, tender.id)
    given = allocation(session, tender, settled)
    known = {*given.ties, *stops(session, tender.id), *settled}
    return [each.number for each in tender.lots if given.winners[each.id] is None and each.id not in known]


def _may_prepare(tender: Tender) -> bool:
    ended = tender.cancelled_at or tender.unsuccessful_at or tender.completed_at
    return bool(tender.scores_frozen_at) and not ended


def _running(lots: Sequence[Lot]) -> list[Lot]:
    return [each for each in lots if each.stop_reason is None]


def _decide_lots(
    session: Session, tender: Tender, decision: AwardDecision, lots: Sequence[Lot], given: Allocation,
    reasons: Mapping[int, str],
) -> None:  # fmt: skip
    """A row for every lot, one that was stopped with that reason, and a letter for every bid on the others."""
    about = {each.id for each in lots}
    bids = {each.label: each for each in openings.running(session, tender.id) if each.lot_id in about}
    out, found = evaluations.disqualified(session, tender.id), evaluations.evaluations(session, tender.id)
    won = set(given.winners.values())
    for lot in lots:
        winner, reason = given.winners[lot.id], lot.stop_reason or reasons.get(lot.number, "").strip()
        if winner is None and not reason:
            raise errors.LotReasonMissing(field=f"reason_{lot.number}", lot=lot.number)
        over = list(given.passed_over.get(lot.id, ()))
        also = list(further(session, tender, lot.id, given)[0])
        won.update(also)
        session.add(
            LotAward(
                decision_id=decision.id, lot_id=lot.id, winner_bid_id=bids[winner].id if winner else None,
                reason="" if winner else reason, passed_over=over, also_won=also,
            )
        )  # fmt: skip
    session.flush()
    for each in bids.values():
        ranked = found.get(each.lot_id)
        result = rules.result_of(
            is_damaged=each.fault is not None, is_disqualified=each.id in out,
            line=ranking.line_of(ranked.outcome, each.label) if ranked else None,
            is_winner=each.label in won,
            is_limited=each.label in given.passed_over.get(each.lot_id, ()),
        )  # fmt: skip
        facts = {"opened_bid_id": each.id, "organisation_id": each.organisation_id, "result": result}
        session.add(AwardLetter(decision_id=decision.id, **facts))
    session.flush()


def _kept(term: Term) -> dict[str, Any]:
    return {each: getattr(term, each) for each in ("id", "days", "article", "source", "certainty")}


def write_letter(
    session: Session, *, tender: Tender, label: str, advantages: str, lesson: str, actor: Actor, at: datetime
) -> AwardLetter:
    """Write one bidder's motivation: the winner's relative advantages, and what this bidder can learn.

    Raises:
        NotYourTender, NotPrepared, AlreadySent: who or when.
        AwardNotFound: no such bid here.
        ReasonsTooShort: at `advantages` or `lesson`.
    """
    permit(actor, tender)
    tender = tenders.locked_tender(session, tender.id)
    decision = _unsent(session, tender)
    letter = letter_of(decision, label)
    texts = {"advantages": advantages.strip(), "lesson": lesson.strip()}
    for name in decision.needs(letter):
        texts[name] = rules.check_reasons(texts[name], name)
    letter.advantages, letter.lesson = texts["advantages"], texts["lesson"]
    letter.written_by_id = actor.user_id
    decision.version += 1
    session.flush()
    note_act(session, "award.letter_written", tender, actor, at, label=label)
    return letter


def _unsent(session: Session, tender: Tender) -> AwardDecision:
    decision = queries.find_decision(session, tender.id)
    if decision is None:
        raise errors.NotPrepared
    if decision.sent_at is not None:
        raise errors.AlreadySent(sent_at=decision.sent_at)
    return decision


def letter_of(decision: AwardDecision, label: str) -> AwardLetter:
    """The letter to the bidder of a label.

    Raises:
        AwardNotFound: no such bid here.
    """
    found = next((each for each in decision.letters if each.bid.label == label), None)
    if found is None:
        raise errors.AwardNotFound
    return found


def comparison(session: Session, decision: AwardDecision, letter: AwardLetter) -> dict[str, Any]:
    """What a letter will say besides its words: own points beside the winner's, for who writes it."""
    tender = decision.tender
    notes = {
        each.criterion.code: each.note
        for each in evaluations.consensus(session, tender.id)
        if each.opened_bid_id == letter.opened_bid_id
    }
    found = evaluations.find_evaluation(session, letter.bid.lot_id)
    why = queries.reasons_out(session, tender.id).get(letter.opened_bid_id, "")
    return _content(tender, decision, found, letter, notes, why)


def send_decision(
    session: Session, *, tender: Tender, version: int, terms: Sequence[Term], actor: Actor, at: datetime
) -> AwardDecision:
    """Send every letter at once: letters, mails and the start of the standstill, or nothing at all.

    Raises:
        NotYourTender; SendBySamePerson, TieBySamePerson: who prepared, wrote or decided a tie does not send.
        NotPrepared, AlreadySent, DecisionChanged: somebody was first, or changed what was read.
        ReasonsMissing: names the letters.
        TermTooShort, NoTerm: the rule changed since.
    """
    permit(actor, tender)
    tender = tenders.locked_tender(session, tender.id)
    decision = _unsent(session, tender)
    if decision.version != version:
        raise errors.DecisionChanged
    if actor.user_id in decision.authors:
        raise errors.SendBySamePerson
    if actor.user_id in evaluations.tie_deciders(session, tender.id):
        raise errors.TieBySamePerson
    if missing := decision.unfinished:
        raise errors.ReasonsMissing(labels=", ".join(missing))
    term = rules.term_for(terms, tender.procedure or "", local_date(at))
    rules.check_days(decision.standstill_days, term)
    wait = rules.standstill(
        at, decision.standstill_days, runs_on=term.runs_on, liberation_day=term.liberation_day
    )
    _fix_letters(session, tender, decision)
    emit(session, LettersFixed(decision.id, at))
    session.flush()
    decision.sent_by_id, decision.sent_at, decision.standstill_until = actor.user_id, at, wait.until
    decision.version += 1
    session.flush()
    if tender.awarded_at is None:
        tender_services.send_decision(session, tender_id=tender.id, standstill_until=wait.until, at=at)
    for letter in decision.letters:
        _send(session, tender, decision, letter, wait, at)
    until = wait.until.isoformat()
    note_act(session, "award.sent", tender, actor, at, letters=len(decision.letters), standstill_until=until)
    emit(session, DecisionSent(tender.id, decision.id))
    return decision


def _fix_letters(session: Session, tender: Tender, decision: AwardDecision) -> None:
    """Put into each letter what it says, so that it never depends on anything that may change."""
    out, found = queries.reasons_out(session, tender.id), evaluations.evaluations(session, tender.id)
    notes: dict[int, dict[str, str]] = {}
    for each in evaluations.consensus(session, tender.id):
        notes.setdefault(each.opened_bid_id, {})[each.criterion.code] = each.note
    buyer, mended = session.get_one(Organisation, tender.buyer_id).name, accepted(session, tender.id)
    over = queries.over_limit(session, tender, queries.decisions(session, tender.id))
    tied = evaluations.tied(session, tender.id)
    for letter in decision.letters:
        letter.content = _content(
            tender, decision, found.get(letter.bid.lot_id), letter, notes.get(letter.opened_bid_id, {}),
            out.get(letter.opened_bid_id, ""),
        ) | {
            "parties": {"buyer": buyer, "bidder": letter.party_name}, "tie": tied.get(letter.bid.label, ""),
            "limited_by": over.get(letter.bid.label, "") if letter.bid.members else "",
            "repaired": letter.bid.id in mended, "explains": True,
        }  # fmt: skip


def _content(
    tender: Tender, decision: AwardDecision, found: Evaluation | None, letter: AwardLetter,
    notes: Mapping[str, str], reason: str,
) -> dict[str, Any]:  # fmt: skip
    award = decision.award_of(letter.bid.lot_id)
    winner = next((each for each in decision.letters if each.opened_bid_id == award.winner_bid_id), None)
    content: dict[str, Any] = {
        "method": tender.method, "formula": found.outcome["formula"] if found else "", "own": None, "gaps": [],
        "reason": reason, "fault": None if letter.bid.fault is None else str(letter.bid.fault),
        "bids": len(found.input["bids"]) if found else 0, "winner": None, "failed": award.reason,
        "lot": {"number": letter.bid.lot.number, "title": letter.bid.lot.title} if tender.is_divided else None,
        "most_lots_won": tender.most_lots_won if letter.result is Result.LIMITED else None,
    }  # fmt: skip
    own = ranking.line_of(found.outcome, letter.bid.label) if found else None
    best = ranking.line_of(found.outcome, winner.bid.label) if found and winner else None
    if winner is not None and best is not None:
        content["winner"] = {
            "name": winner.party_name, "price_minor": winner.bid.price_minor, "total": best["total"],
        }  # fmt: skip
    if award.also_won and found is not None:
        content["winners"] = _winners(decision, award, found)
    if found is not None and own is not None:
        content["own"] = {
            "label": letter.bid.label, "rank": own["rank"], "total": own["total"],
            "price_minor": letter.bid.price_minor, "knocked_out": own["knocked_out"],
        }  # fmt: skip
        content["gaps"] = rules.gaps(found.input, own, best, notes)
        winning = winner.bid.label if winner else None
        content |= ranking.recomputing(found.input, found.outcome, letter.bid.label, winning)
    return content


def _winners(decision: AwardDecision, award: LotAward, found: Evaluation) -> list[dict[str, Any]]:
    """Everybody a framework is awarded to, best first: who they are is part of every letter (Aw 2012, art. 2.130)."""
    letters = {each.bid.label: each for each in decision.letters}
    first = next(label for label, each in letters.items() if each.opened_bid_id == award.winner_bid_id)
    return [
        {"label": label, "name": letters[label].party_name, "price_minor": letters[label].bid.price_minor,
         "total": (ranking.line_of(found.outcome, label) or {})["total"]}
        for label in (first, *award.also_won)
    ]  # fmt: skip


_MEMBERS = (Role.BOARD, Role.MEMBER)
_WON, _OTHER = N_("%(number)s: wij willen aan u gunnen"), N_("%(number)s: de uitslag")
_LETTER = N_(
    "De uitslag van “%(title)s” staat klaar. U leest hoe u scoorde en waarom.\n\n"
    "Bent u het niet eens? Ga dan voor %(until)s naar de rechter. Bel of mail eerst: %(contact)s, %(email)s."
)


def _send(
    session: Session, tender: Tender, decision: AwardDecision, letter: AwardLetter, wait: rules.Standstill,
    at: datetime,
) -> None:  # fmt: skip
    subject = _WON if letter.result is Result.WON else _OTHER
    mail_each(
        session, people_of(session, letter.bid.party_ids, *_MEMBERS), subject=subject, text=_LETTER,
        facts={
            "number": tender.number, "title": title_of(tender, letter.bid.lot), "until": wait.until,
            "contact": decision.contact_name, "email": decision.contact_email,
        },
        link=f"/awards/{letter.public_id}", at=at, key=f"award-{letter.id}",
    )  # fmt: skip


def declare_unsuccessful(
    session: Session, *, tender: Tender, reason: str, actor: Actor, at: datetime
) -> Tender:
    """End an opened tender in which no valid bid is left, with the reason; each bidder hears it, and its own.

    Raises:
        NotYourTender, ReasonMissing.
        StillBids: a valid bid can be awarded.
        OutOfOrder: not opened, decided, or ended before.
    """
    permit(actor, tender)
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    tender = tenders.locked_tender(session, tender.id)
    if not nothing_left(session, tender):
        raise errors.StillBids
    tender_services.end_unsuccessful(session, tender_id=tender.id, reason=reason, at=at)
    out = evaluations.disqualified(session, tender.id)
    bids = openings.running(session, tender.id, members=True)
    for bid in bids:
        why = out.get(bid.id)
        mail_each(
            session, people_of(session, bid.party_ids, *_MEMBERS), subject=N_("%(number)s is mislukt"),
            text=N_("“%(title)s” eindigt zonder gunning. De reden:\n\n%(reason)s\n\n%(own)s"),
            facts={
                "number": tender.number, "title": tender.title, "reason": reason.strip(),
                "own": why.reason if why else "",
            },
            link=f"/tenders/{tender.number}", at=at, key=f"unsuccessful-{tender.id}",
        )  # fmt: skip
    note_act(session, "award.unsuccessful", tender, actor, at, bids=len(bids))
    return tender


def nothing_left(session: Session, tender: Tender) -> bool:
    """Whether an opened tender has no bid that can be awarded."""
    if tender.opened_at is None:
        return False
    found = evaluations.running_evaluations(session, tender.id).values()
    if found:
        gone = evaluations.labels_out(session, tender.id)
        return not any(standings(each.outcome, (), gone) for each in found)
    out = evaluations.disqualified(session, tender.id)
    return all(each.fault is not None or each.id in out for each in openings.running(session, tender.id))


def title_of(tender: Tender, lot: Lot) -> str:
    """How a lot is called in letters: the tender's title, and the lot when there are several."""
    return whole_title(tender.title, tender.lot_count, lot.number, lot.title)


def permit(actor: Actor, tender: Tender) -> None:
    """Go on only for purchasers of the buyer.

    Raises:
        NotYourTender: somebody else.
    """
    if not (policy.may(actor, policy.DECIDE, tender) and actor.has(Role.PURCHASER)):
        raise errors.NotYourTender
