"""The demo's joint bids: one that won and was signed by all, one that waits for a member's signature."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.joining import services
from procurement.tenders.demo import Plot

REASON = "Wij kunnen een deel van dit werk goed, maar hebben alleen niet genoeg mensen voor alles."


def go_together(
    plot: Plot, session: Session, *, chance: Opportunity, bid: Bid, key: str, at: datetime
) -> None:
    """Let the lead of the story bid with others; with `signs` they all sign, else they are only asked to."""
    facts: dict[str, Any] | None = plot.facts.get("together")
    if facts is None or facts["lead"] != key:
        return
    lead, keys = plot.actor(session, f"{key}/board"), plot.keys()
    said: dict[str, tuple[str, int]] = {}
    for each in ({"key": key, **facts}, *facts["members"]):
        organisation = session.get_one(Organisation, plot.agenda.cast[each["key"]])
        said[str(organisation.public_id)] = (each["role"], each["share"])
        if each["key"] == key:
            continue
        actor = plot.actor(session, f"{each['key']}/board")
        member = services.invite(
            session, chance=chance, bid=bid, kvk=organisation.kvk_number or "", actor=lead, keys=keys, at=at
        )
        services.explain(
            session, chance=chance, bid=bid, member=member, reason=REASON, liable=True, actor=actor, keys=keys, at=at
        )  # fmt: skip
    services.explain(
        session, chance=chance, bid=bid, member=None, reason=REASON, liable=True, actor=lead, keys=keys, at=at
    )
    services.share_out(session, chance=chance, bid=bid, said=said, actor=lead, keys=keys)
    draft = services.ask(session, chance=chance, bid=bid, actor=lead, keys=keys, at=at)
    for each in facts["members"] if facts["signs"] else ():
        actor = plot.actor(session, f"{each['key']}/board")
        organisation = session.get_one(Organisation, actor.organisation_id)
        services.sign(
            session, chance=chance, bid=bid, member=services.member_of(session, bid, organisation.public_id),
            seen=draft.saves, actor=actor, keys=keys, at=at,
        )  # fmt: skip
