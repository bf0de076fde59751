"""What the worker does for mandates: look after those begun, end those unused, have those that ended forgotten."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from cwb.config import Config
from cwb.kernel.transaction import atomic
from ledger.checkout.errors import CallRefused, ProviderBusy
from ledger.checkout.gateway import provider
from ledger.mandates import queries, services

log = structlog.get_logger()


def tend(session: Session, at: datetime) -> None:
    """Look after all mandates; one that fails holds up no other."""
    door = provider(Config.from_environment())
    with atomic(session):
        services.lapse(session, at)
    acts: list[tuple[Callable[..., object], int]] = [
        (services.settle_mandate, each) for each in queries.unfinished(session, at)
    ]
    acts += [(services.release, each) for each in queries.unreleased(session)]
    for act, mandate_id in acts:
        try:
            with atomic(session):
                act(session, mandate_id=mandate_id, door=door, at=at)
        except (ProviderBusy, CallRefused) as fault:
            log.warning("mandate", mandate=mandate_id, fault=type(fault).__name__)
