"""The demo's tenders with a selection: what they demand, which small lot goes outside, and who applies."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from procurement.advice.gateway import law
from procurement.applications import services
from procurement.applications.rules import Content
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts
from procurement.dividing.services import choose_outside
from procurement.procedures.rules import Access
from procurement.proportion.services import add_demand
from procurement.tenders.demo import Plot

APPLYING = timedelta(days=32)
"""From publication to the end of applying."""

BIDDING = timedelta(days=38)
"""From the end of applying to closing."""

DONE = (
    "voor een school",
    "voor een vereniging van eigenaren",
    "voor twee buurthuizen",
    "voor een zorginstelling",
)
"""For whom applicants worked."""

DEMANDS = (
    DemandFacts(
        "slc-abil-ref-services", "U deed eerder werk dat hierop lijkt.",
        "Het werk begint meteen en vraagt ervaren, vaste mensen.", "", 3_000_000,
    ),
    DemandFacts(
        "slc-stand-ins", "U bent verzekerd tegen schade aan anderen.",
        "Bij het werk kan schade ontstaan aan auto's en gebouwen.",
        "Eén schade kan meer kosten dan het kleinste perceel waard is.", 10_000_000,
    ),
)  # fmt: skip
"""A reference in proportion, and an insurance that is more than the advice, explained."""


def ask(plot: Plot, session: Session, at: datetime) -> None:
    """What a tender with a selection demands, and which of its small lots goes outside."""
    if plot.tender(session).access != Access.SELECTED:
        return
    author = plot.person("purchaser1")
    for each in DEMANDS if "lots" in plot.facts else DEMANDS[:1]:
        add_demand(session, tender=plot.tender(session), facts=each, table=table(), user_id=author, at=at)
    if "outside" in plot.facts:
        choose_outside(
            session, tender=plot.tender(session), numbers=set(plot.facts["outside"]), law=law(), user_id=author, at=at
        )  # fmt: skip


def story(plot: Plot, published_at: datetime) -> None:
    """Who applies, one every five days."""
    for place, key in enumerate(plot.facts.get("applicants", ())):
        plot.agenda.at(
            published_at + timedelta(days=4 + 5 * place, hours=3), partial(_apply, plot, key, place)
        )


def _apply(plot: Plot, key: str, place: int, session: Session, at: datetime) -> None:
    text = (
        f"Wij doen dit werk al {place + 2} jaar, {DONE[place % len(DONE)]}. "
        f"Wij hebben {6 + 2 * place} vaste mensen. Zij kunnen vanaf de eerste dag beginnen."
    )
    services.apply(
        session, tender=plot.tender(session), content=Content(text, meets=True),
        actor=plot.actor(session, f"{key}/board"), keys=plot.keys(), at=at,
    )  # fmt: skip
