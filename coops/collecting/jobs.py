"""What the worker does every morning: announce what will be collected, and collect what was announced."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from coops.collecting import queries, services
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.transaction import atomic

ANNOUNCE, COLLECT = "collecting.announce", "collecting.collect"

log = structlog.get_logger()


def announce(session: Session, at: datetime) -> None:
    """Announce, cooperative by cooperative."""
    for organisation_id in queries.collectors(session):
        with atomic(session):
            services.announce(session, organisation_id=organisation_id, at=at)


def collect(session: Session, at: datetime) -> None:
    """Collect, one by one: one that fails holds up no other."""
    for run_id, member_id in queries.due(session, local_date(at)):
        try:
            with atomic(session):
                services.collect(session, run_id=run_id, member_id=member_id, at=at)
        except RuleBroken as fault:
            log.warning("collect", run=run_id, member=member_id, fault=type(fault).__name__)
