"""The demo's statements and files: profiles of two cooperatives, what one tender asks, what goes along with bids."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from coops.experience.queries import jobs as earlier_jobs
from coops.experience.rules import MeansFacts, in_words
from coops.experience.services import keep_means
from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.demands.gateway import table as advice
from procurement.demands.rules import REFERENCE, DemandFacts
from procurement.enclosures import queries, services
from procurement.enclosures import rules as enclosures
from procurement.proportion.services import add_demand, measure
from procurement.sealing.gateway import HouseKeys
from procurement.statements import rules
from procurement.statements import services as statements
from procurement.statements.gateway import table
from procurement.statements.rules import Answer, Demand
from procurement.tenders.demo import Plot

PLAN = (
    b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
    b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
    b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >> endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n0000000115 00000 n \n"
    b"trailer << /Root 1 0 R /Size 4 >>\nstartxref\n186\n%%EOF\n"
)
"""A file to add: the smallest plan there is, one empty page."""

MEANS = (
    ("slc-stand-to-gen", "U had in een van de laatste drie jaren minstens deze omzet.", 1),
    ("slc-stand-ins", "U bent verzekerd tegen schade aan anderen, tot dit bedrag per keer.", 2),
)
"""Which means a tender of the story asks: code, text, the part of its value."""

_WHY = (
    "Op een schoolplein kan een kind zich verwonden. Wie dit werk doet, moet dat kunnen dragen (voorbeeld)."
)

PAPERS = (
    ("cleaning3", "gva", 695), ("cleaning3", "kvk", 40), ("green1", "gva", 200), ("green1", "tax", 60),
    ("green1", "kvk", 60),
)  # fmt: skip
"""Who has which paper, and how many days ago it was issued; the first runs out in five weeks."""


def story(agenda: Agenda) -> None:
    """Two cooperatives write down their papers, a month ago."""
    agenda.at(agenda.day(30, 11), partial(_papers, agenda))


def _papers(agenda: Agenda, session: Session, at: datetime) -> None:
    plot = Plot(agenda, {}, 0)
    for key, kind, days in PAPERS:
        actor = plot.actor(session, f"{key}/board")
        statements.keep_paper(
            session, table=table(), kind=kind, issued_on=local_date(agenda.ends_at) - timedelta(days=days),
            reference="", actor=actor, at=at,
        )  # fmt: skip
        answer(session, actor, plot.keys(), at)
    for key in ("green5", "green1"):
        facts = MeansFacts(
            local_date(at).year - 1, (31_000_000, 26_500_000, None), 125_000_000,
            local_date(agenda.ends_at) + timedelta(days=200),
        )  # fmt: skip
        keep_means(session, facts=facts, version=0, actor=plot.actor(session, f"{key}/board"), at=at)


def answer(session: Session, actor: Actor, keys: HouseKeys, at: datetime) -> None:
    """Answer every group for an organisation, unless it did; one had an old fine and says so."""
    profile = services.profile_of(session, actor.organisation_id or 0, keys)
    if profile.answers:
        return
    for seen, group in enumerate(rules.GROUPS):
        given: dict[str, Answer | None] = {
            each.code: Answer(yes=False, on=local_date(at)) for each in table().of(group)
        }
        statements.answer_group(
            session, table=table(), group=group, answers=given, seen=seen, actor=actor, keys=keys, at=at
        )


def ask(plot: Plot, session: Session, at: datetime) -> None:
    """What a tender of the story asks, when it asks: all obliged grounds, one reference, files at its questions."""
    if not plot.facts.get("statements"):
        return
    tender = plot.tender(session)
    codes = tuple(
        dict.fromkeys(each.code for lot in tender.lots for each in lot.criteria if each.kind == "quality")
    )
    smallest = measure(tender)
    one = DemandFacts(
        REFERENCE, "U deed zulk werk eerder, minstens een half jaar.",
        "Het werk begint meteen en mag niet stilvallen.", "",
        (smallest.minor // 500_000 if smallest else 1) * 100_000,
    )  # fmt: skip
    author = plot.person("purchaser1")
    add_demand(session, tender=tender, facts=one, table=advice(), user_id=author, at=at)
    for code, text, part in MEANS if plot.facts.get("means") else ():
        value = (smallest.minor if smallest else 0) // part // 100_000 * 100_000
        more = DemandFacts(code, text, "De schade en de lonen lopen door als het werk stilvalt.", _WHY, value)
        add_demand(session, tender=tender, facts=more, table=advice(), user_id=author, at=at)
    for lot in tender.lots[:1] if tender.is_divided else ():
        more = DemandFacts(
            "slc-stand-ins", "U bent verzekerd tegen schade aan anderen.",
            "In dit perceel werkt u tussen geparkeerde auto's.", "", (lot.value_minor or 2) // 2, lot_id=lot.id,
        )  # fmt: skip
        add_demand(session, tender=tender, facts=more, table=advice(), user_id=author, at=at)
    statements.ask_statements(
        session, table=table(), tender=tender, demand=Demand(rules.OBLIGED, (), ("gva", "kvk"), codes),
        user_id=author, at=at,
    )  # fmt: skip


def go_along(
    session: Session,
    *,
    chance: Opportunity,
    bid: Bid,
    place: int,
    actor: Actor,
    keys: HouseKeys,
    at: datetime,
) -> None:
    """The statement of a bid where it is asked; the first bidder adds a file, the second met a fine once."""
    if not chance.demand.asks:
        return
    answer(session, actor, keys, at)
    if place == 1:
        _confess(session, actor, keys, at)
    done = earlier_jobs(session, actor.organisation_id or 0)
    proofs = {
        REFERENCE: in_words(done[0].facts) if done else "Twee jaar voor een school in de buurt.",
        "slc-stand-ins": "De polis is van dit jaar. Wij sturen een kopie als u wint.",
        "slc-stand-to-gen": "Zie onze jaarrekening van vorig jaar.",
    }
    asked = zip(chance.demand.criterion_ids, chance.demand.criteria, strict=True)
    said: dict[str, Any] = {name: {"meets": True, "text": proofs[each.code]} for name, each in asked}
    services.state(session, chance=chance, bid=bid, said=said, seen=0, actor=actor, keys=keys)
    if place == 0 and chance.demand.attach:
        services.add_file(
            session, chance=chance, bid=bid, name="plan-per-week.pdf", content=PLAN, question=chance.demand.attach[0],
            actor=actor, keys=keys,
        )  # fmt: skip


def decide(plot: Plot, session: Session, at: datetime) -> None:
    """A purchaser outside the panel weighs what a bidder stated, before anybody scores."""
    actor, tender = plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), plot.tender(session)
    for bid in queries.opened_bids(session, tender):
        if enclosures.points(bid.content):
            services.decide(
                session, tender=tender, bid=bid, excluded=False, actor=actor, at=at,
                reason="Klein bedrag, drie jaar geleden, alles betaald. Uitsluiten is niet in verhouding.",
            )  # fmt: skip


def _confess(session: Session, actor: Actor, keys: HouseKeys, at: datetime) -> None:
    given: dict[str, Answer | None] = {
        each.code: Answer(yes=False, on=local_date(at)) for each in table().of("tax")
    }
    given["exg-pmt-bre-ssc"] = Answer(
        yes=True, on=local_date(at),
        text="In 2023 betaalden wij premies te laat. Alles is betaald. Een boekhouder kijkt nu elke maand mee.",
    )  # fmt: skip
    seen = services.profile_of(session, actor.organisation_id or 0, keys).saves
    statements.answer_group(
        session, table=table(), group="tax", answers=given, seen=seen, actor=actor, keys=keys, at=at
    )
