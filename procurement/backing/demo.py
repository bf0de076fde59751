"""The demo's borrowed means: one bidder relies on another for its reference."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from procurement.backing import services
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.tenders.demo import Plot


def lean(plot: Plot, session: Session, *, chance: Opportunity, bid: Bid, key: str, at: datetime) -> None:
    """Ask and promise, where the story says so; who is asked answered for itself before."""
    backed = plot.facts.get("backed")
    if backed is None or backed["bidder"] != key:
        return
    lender = session.get_one(Organisation, plot.agenda.cast[backed["by"]])
    made = services.ask(
        session, chance=chance, bid=bid, kvk=lender.kvk_number or "", criteria=[chance.demand.criterion_ids[0]],
        means="Twee boomverzorgers met een certificaat, elke week.", actor=plot.actor(session, f"{key}/board"),
        keys=plot.keys(), at=at,
    )  # fmt: skip
    services.promise(
        session, chance=chance, backer=made, words="Wij houden twee boomverzorgers vrij, de hele looptijd.",
        actor=plot.actor(session, f"{backed['by']}/board"), keys=plot.keys(), at=at,
    )  # fmt: skip
