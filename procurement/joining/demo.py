"""The demo's frameworks with several suppliers: whose turn it is, and who joins."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from procurement.call_offs import queries
from procurement.call_offs.demo import framework_of, supplier_of
from procurement.call_offs.models import FrameworkParty
from procurement.call_offs.rules import Rule
from procurement.joining import services
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
    """Who else may supply joins in the week before the first order."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if facts.get("framework", {}).get("kind") == "parallel":
            first = facts["framework"]["orders"][0]["days"]
            agenda.at(agenda.day(first + 8), partial(_invite, Plot(agenda, facts, number)))


def _invite(plot: Plot, session: Session, at: datetime) -> None:
    framework, buyer = framework_of(plot, session), plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
    for label, _rank in services.ranked(session, framework)[: plot.facts["framework"]["parties"] - 1]:
        made = services.invite_party(
            session,
            framework=framework,
            label=label,
            actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"),
            at=at,
        )
        plot.agenda.at(at + timedelta(days=2), partial(_join, plot, made.id))


def _join(plot: Plot, party_id: int, session: Session, at: datetime) -> None:
    party = queries.party(session, session.get_one(FrameworkParty, party_id).public_id)
    services.join(session, party=party, actor=supplier_of(plot, session, party.supplier_id), at=at)
