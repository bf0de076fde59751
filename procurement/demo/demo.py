"""The demo's tenders: from a need or a blank page to a signed contract, in every state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from nacl import pwhash
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from procurement.advice.gateway import law
from procurement.announcements.rules import Notice
from procurement.applications import demo as applications
from procurement.approval.services import ask_review, publish_tender, review_tender
from procurement.backing import demo as backing
from procurement.bands import demo as bands
from procurement.bids import queries as bid_queries
from procurement.bids import services as bids
from procurement.bids.rules import STATEMENTS, WISH, part_of
from procurement.call_offs import demo as call_offs
from procurement.cautions import demo as cautions
from procurement.clock.services import run_due
from procurement.competitions import demo as competitions
from procurement.complaints import demo as complaints
from procurement.consensus import demo as consensus
from procurement.contracts import demo as contracts
from procurement.counsel import queries as counsel_queries
from procurement.counsel import services as counsel
from procurement.counsel.gateway import patterns
from procurement.dividing import services as dividing
from procurement.dividing.services import LotFacts
from procurement.drafting import services as drafting
from procurement.enclosures import demo as enclosures
from procurement.flags import demo as flags
from procurement.invitations import services as invitations
from procurement.joining import demo as joining
from procurement.lowbids import demo as lowbids
from procurement.missions import demo as missions
from procurement.opening import services as opening
from procurement.participation import demo as participation
from procurement.performance import demo as performance
from procurement.procedures.rules import Access, Framework
from procurement.proofs import demo as proofs
from procurement.rectification import demo as rectification
from procurement.renewals import demo as renewals
from procurement.repairs import demo as repairs
from procurement.rescoring import demo as rescoring
from procurement.resident_work import demo as resident_work
from procurement.sealing.rules import Cost
from procurement.sealing.services import make_holder_key
from procurement.stops import demo as stops
from procurement.submission import services as submission
from procurement.take_overs import services as take_overs
from procurement.tenders import services as tenders
from procurement.tenders.demo import Plot
from procurement.tenders.models import Tender
from procurement.terms import services as terms
from procurement.validity import demo as validity
from procurement.wage_floors import demo as wage_floors
from procurement.workplaces import demo as workplaces

QUICK = Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)
"""A light lock: the passphrase of the demo is printed for everyone anyway."""

WINDOW = 30
"""Days from publication to closing."""

ENDED = ("draft", "open", "questions_closed", "closed", "cancelled", "applying")


def story(agenda: Agenda) -> None:
    """Officers make their keys; every tender of the example starts on its day."""
    agenda.at(agenda.day(345, 9), partial(_keys, agenda))
    agenda.at(agenda.ends_at, _wind)
    for number, facts in enumerate(agenda.facts["tenders"]):
        start = agenda.day(facts["published"] + 6, 9, number % 60)
        agenda.at(start, partial(_draft, Plot(agenda, facts, number)))
    flags.story(agenda)
    bands.story(agenda)
    workplaces.story(agenda)
    missions.story(agenda)
    complaints.story(agenda)
    stops.story(agenda)
    rescoring.story(agenda, contracts.decide)
    enclosures.story(agenda)
    proofs.story(agenda)
    performance.story(agenda)
    resident_work.story(agenda)
    participation.story(agenda)
    call_offs.story(agenda)
    competitions.story(agenda, _reviewed_next)
    renewals.story(agenda)


def _wind(session: Session, at: datetime) -> None:
    """Let the clock do everything that was due in the year, so that the worker begins with a clean slate."""
    run_due(session, at=at)


def _keys(agenda: Agenda, session: Session, at: datetime) -> None:
    phrase = agenda.facts["passphrase"]
    anchors = [facts["key"] for facts in agenda.facts["anchors"]]
    holders = [f"{key}/purchaser{number}" for key in anchors for number in (1, 2)] + ["controle/auditor"]
    for place in holders:
        make_holder_key(
            session, user_id=agenda.cast[place], passphrase=phrase, repeated=phrase, cost=QUICK, at=at
        )


def _draft(plot: Plot, session: Session, at: datetime) -> None:
    facts, author = plot.facts, plot.person("purchaser1")
    tender = drafting.create_draft(
        session, buyer_id=plot.agenda.cast[facts["anchor"]], user_id=author, title=facts["title"], at=at
    )
    plot.agenda.cast[plot.key] = tender.id
    tender = plot.tender(session)
    drafting.describe(
        session, tender=tender, title=facts["title"], description=facts["description"], category=facts["category"],
        cpv=facts["cpv"], place_code=facts["place"], user_id=author, at=at,
    )  # fmt: skip
    starts = local_date(at) + timedelta(days=WINDOW + 75)
    drafting.estimate(
        session,
        tender=tender,
        value=Money(facts["value"] * 100),
        value_public=plot.number % 3 != 2,
        starts_on=starts,
        ends_on=starts + timedelta(days=730),
        framework=_framework(facts),
        user_id=author,
        at=at,
    )
    participation.say_rule(plot, session, at)
    if facts["stage"] == "draft":
        return
    plot.agenda.at(at + timedelta(days=1), partial(_finish_draft, plot))


def _framework(facts: Mapping[str, Any]) -> Framework | None:
    found = facts.get("framework")
    return found and Framework(found["kind"], Money(found["most"] * 100), parties=found.get("parties"))


def _finish_draft(plot: Plot, session: Session, at: datetime) -> None:
    tender, author, rules_of = plot.tender(session), plot.person("purchaser1"), law()
    drafting.choose_procedure(
        session,
        tender=tender,
        procedure=plot.facts.get("procedure", "national_open"),
        reason="Wij geven elke onderneming een kans.",
        **{key: facts for key, facts in plot.facts.items() if key.startswith("reservation")},
        law=rules_of,
        user_id=author,
        at=at,
    )
    _invite(plot, session, at)
    tender = plot.tender(session)
    if "promises" in plot.facts:
        tender = terms.set_extensions(
            session, tender=tender, times=2, months=12, notice_days=60, user_id=author, at=at
        )
        who = plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
        take_overs.set_of_tender(
            session, tender=plot.tender(session), text=performance.PEOPLE, actor=who, at=at
        )
        tender = plot.tender(session)
    _divide(plot, session, tender, at)
    drafting.arrange_lots(
        session,
        tender=tender,
        no_lots_reason=plot.facts.get(
            "no_lots_reason", "Het werk is één geheel en klein genoeg voor één coöperatie."
        ),
        requirements="KvK-inschrijving. Verzekering. Eén referentie van vergelijkbaar werk.",
        most_lots_won=plot.facts.get("most_lots_won"),
        user_id=author,
        at=at,
    )
    drafting.set_scoring(session, tender=tender, scoring=cautions.scoring(plot), user_id=author, at=at)
    published = at + timedelta(days=4)
    apply_until = _noon(published + applications.APPLYING) if tender.access == Access.SELECTED else None
    drafting.plan(
        session,
        tender=tender,
        closes_at=apply_until + applications.BIDDING
        if apply_until
        else _noon(published + timedelta(days=plot.facts.get("window", WINDOW))),
        apply_until=apply_until,
        questions_until=_noon(published + timedelta(days=12)),
        contact_name="Inkoop (voorbeeld)",
        contact_email=f"inkoop@{plot.facts['anchor']}.example",
        contact_phone="020 000 0000",
        user_id=author,
        at=at,
    )
    _demand(plot, session, at)
    _explain(session, plot.tender(session), author, at)
    cautions.confirm(plot, session, at)
    ask_review(session, tender=plot.tender(session), law=law(), user_id=author, at=at)
    plot.agenda.at(at + timedelta(days=2), partial(_review, plot))


def _divide(plot: Plot, session: Session, tender: Tender, at: datetime) -> None:
    """The lots of a tender that has several."""
    whose: dict[str, Any] = {"tender": tender, "user_id": plot.person("purchaser1"), "at": at}
    lots = [_lot(each) for each in plot.facts.get("lots", ())]
    for each in lots[1:]:
        dividing.add_lot(session, facts=each, **whose)
    if lots:
        dividing.change_lot(session, number=1, facts=lots[0], **whose)


def _lot(lot: Mapping[str, Any]) -> LotFacts:
    return LotFacts(lot["title"], lot["description"], Money(lot["value"] * 100), place_code=lot.get("place"))


def _demand(plot: Plot, session: Session, at: datetime) -> None:
    """What is asked of bidders, where something is."""
    enclosures.ask(plot, session, at)
    wage_floors.say(plot, session, at)
    applications.ask(plot, session, at)


def _explain(session: Session, tender: Tender, author: int, at: datetime) -> None:
    """Answer what the system asks about a draft: this buyer buys work of the same kind more often."""
    for each in counsel_queries.findings(session, tender, law(), patterns(), local_date(at)):
        counsel.answer_finding(
            session, tender=tender, fingerprint=each.fingerprint, answer=_ANSWERED, law=law(), user_id=author, at=at
        )  # fmt: skip


_ANSWERED = (
    "Dit is ander werk op een andere plek, met een eigen opdrachtgever binnen onze organisatie (voorbeeld)."
)


def _invite(plot: Plot, session: Session, at: datetime) -> Tender:
    """Put the invitees of a quote on its list; each with the reason the buyer gives."""
    invited = (
        plot.facts.get("invited", plot.facts["bidders"])
        if plot.tender(session).access == Access.INVITED
        else []
    )
    for key in invited:
        invitations.invite(
            session,
            tender=plot.tender(session),
            organisation=session.get_one(Organisation, plot.agenda.cast[key]),
            reason="Doet dit werk al en heeft mensen vrij. Kreeg van ons nog weinig kansen.",
            law=law(),
            user_id=plot.person("purchaser1"),
            at=at,
        )
    return plot.tender(session)


def _noon(at: datetime) -> datetime:
    return at.replace(hour=11, minute=0, second=0, microsecond=0)


def _reviewed_next(plot: Plot, session: Session, at: datetime) -> None:
    """Let a draft that is whole be reviewed, and play on as any tender of the story."""
    _explain(session, plot.tender(session), plot.person("purchaser1"), at)
    ask_review(session, tender=plot.tender(session), law=law(), user_id=plot.person("purchaser1"), at=at)
    plot.agenda.at(at + timedelta(days=1), partial(_review, plot))


def _review(plot: Plot, session: Session, at: datetime) -> None:
    review_tender(
        session,
        tender=plot.tender(session),
        approved=True,
        law=law(),
        user_id=plot.person("purchaser2"),
        at=at,
    )
    plot.agenda.at(at + timedelta(days=2), partial(_publish, plot))


def _notice(plot: Plot, at: datetime) -> Notice:
    """What is said about TenderNed: one tender of the story is not there yet."""
    if plot.facts.get("tenderned") == "later":
        return Notice(why_not="Het staat klaar en gaat daar morgen open.")
    return Notice(local_date(at), f"voorbeeld-{at:%y%m%d}")


def _publish(plot: Plot, session: Session, at: datetime) -> None:
    agenda = plot.agenda
    tender = publish_tender(
        session,
        tender=plot.tender(session),
        officer_ids=(plot.person("purchaser1"), plot.person("purchaser2")),
        escrow_id=agenda.cast["controle/auditor"],
        law=law(),
        notice=_notice(plot, at),
        user_id=plot.person("purchaser1"),
        at=at,
    )
    applications.story(plot, at)
    rectification.story(plot, at)
    if plot.facts["stage"] == "cancelled":
        agenda.at(at + timedelta(days=9), partial(_cancel, plot))
    for number, lot in enumerate(plot.facts.get("lots", [plot.facts]), start=1):
        for place, key in enumerate(lot["bidders"]):
            offer = Offer(number, key, place, lot["prices"][place], lot.get("wishes", [number] * 9)[place])
            agenda.at(at + timedelta(days=6 + 3 * place, hours=9 + number), partial(_bid, plot, offer))
    closes = tender.closes_at or at
    if plot.facts["stage"] not in ENDED:
        agenda.at(closes + timedelta(days=1), partial(_open, plot))


def _cancel(plot: Plot, session: Session, at: datetime) -> None:
    tenders.cancel_tender(
        session,
        tender=plot.tender(session),
        reason="Het gebouw gaat dicht. De opdracht is niet meer nodig.",
        user_id=plot.person("purchaser1"),
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """One bid of the story: on which lot, whose, which in turn, its price in whole euro, its bidder's own order."""

    lot: int
    key: str
    place: int
    price: int
    wish: int


def _bid(plot: Plot, offer: Offer, session: Session, at: datetime) -> None:
    tender = plot.tender(session)
    if tender.cancelled_at or (tender.closes_at and tender.closes_at <= at):
        return
    actor, keys = plot.actor(session, f"{offer.key}/board"), plot.keys()
    chance = bid_queries.opportunity(session, tender.number, offer.lot, actor)
    bid = bids.start_bid(session, chance=chance, actor=actor, at=at)
    answer = {"text": f"Wij doen dit met {3 + offer.place} vaste mensen uit de buurt."}
    texts: dict[str, dict[str, Any]] = {part_of(code): answer for code in chance.codes}
    if "promises" in plot.facts:
        told = performance.pledges(plot)
        texts[part_of(chance.codes[0])] = {**answer, "pledges": told[3:]}
        texts[part_of(chance.codes[-1])] = {**answer, "pledges": told[:3]}
    pages: dict[str, dict[str, Any]] = {
        "price": {
            "typed": str(offer.price),
            "minor": offer.price * 100,
            "valid_until": (chance.closes_on + timedelta(days=120)).isoformat(),
            "costs": dict.fromkeys(chance.asked.costs, offer.price * 4),
        },
        **wage_floors.labour(chance.floor, offer.price * 100, offer.key == plot.facts.get("below_floor")),
        **texts,
        **({WISH: {"rank": offer.wish}} if chance.asked.wishes else {}),
        "declarations": dict.fromkeys(STATEMENTS, True),
    }
    for name, value in pages.items():
        bids.save_part(
            session, chance=chance, bid=bid, name=name, value=value, seen=0, actor=actor, keys=keys
        )
    enclosures.go_along(session, chance=chance, bid=bid, place=offer.place, actor=actor, keys=keys, at=at)
    if (backed := plot.facts.get("backed")) and backed["bidder"] == offer.key:
        enclosures.answer(session, plot.actor(session, f"{backed['by']}/board"), keys, at)
    backing.lean(plot, session, chance=chance, bid=bid, key=offer.key, at=at)
    joining.go_together(plot, session, chance=chance, bid=bid, key=offer.key, at=at)
    session.refresh(bid)
    unfinished = plot.facts["stage"] == "open" and offer.key in plot.facts["bidders"][-1:]
    if not unfinished:
        submission.hand_in(
            session, chance=chance, bid=bid, seen=bid.draft_version, actor=actor, keys=keys, at=at
        )


def _open(plot: Plot, session: Session, at: datetime) -> None:
    phrase, tender = plot.agenda.facts["passphrase"], plot.tender(session)
    first = plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
    second = plot.actor(session, f"{plot.facts['anchor']}/purchaser2")
    opening.release(session, tender=tender, actor=first, passphrase=phrase, to_user_id=second.user_id, at=at)
    opening.open_bids(session, tender=tender, actor=second, passphrase=phrase, keys=plot.keys(), at=at)
    enclosures.decide(plot, session, at)
    if plot.facts["stage"] == "unsuccessful":
        plot.agenda.at(at + timedelta(hours=2), partial(_no_result, plot))
    elif plot.facts["stage"] != "opened":
        consensus.judge(plot, at, contracts.decide)
        lowbids.story(plot, at)
        repairs.story(plot, at)
        validity.story(plot, at)


def _no_result(plot: Plot, session: Session, at: datetime) -> None:
    tenders.end_unsuccessful(
        session, tender_id=plot.tender(session).id, reason="Er kwam geen enkele inschrijving.", at=at
    )
