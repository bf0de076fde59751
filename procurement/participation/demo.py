"""The demo's frameworks with several suppliers: whose turn it is, and who joins."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from procurement.call_offs import queries as frameworks
from procurement.call_offs.demo import framework_of, supplier_of
from procurement.call_offs.rules import Rule
from procurement.participation import queries, services
from procurement.tenders.demo import Plot


def say_rule(plot: Plot, session: Session, at: datetime) -> None:
    """In the draft of a framework with several suppliers: who gets an order."""
    facts = plot.facts.get("framework", {})
    if "rule" in facts:
        services.set_rule(
            session, tender=plot.tender(session), rule=Rule(facts["rule"]), note=facts["note"],
            actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), at=at,
        )  # fmt: skip


def story(agenda: Agenda) -> None:
    """Who else won signs in the week before the first order."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if facts.get("framework", {}).get("kind") == "parallel":
            first = facts["framework"]["orders"][0]["days"]
            agenda.at(agenda.day(first + 8), partial(_join, Plot(agenda, facts, number)))


def _join(plot: Plot, session: Session, at: datetime) -> None:
    for each in frameworks.parties(session, framework_of(plot, session).id):
        if each.joined_at is None:
            for party_id in sorted(each.party_ids):
                party = queries.party(session, each.public_id)
                services.join(session, party=party, actor=supplier_of(plot, session, party_id), at=at)
