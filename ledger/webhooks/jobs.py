"""What the worker does for online payments: messages, calls, what nobody told about, and the daily check."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from cwb.config import Config
from cwb.kernel.transaction import atomic
from ledger.checkout import queries as checkout
from ledger.checkout.errors import CallRefused, ProviderBusy
from ledger.checkout.gateway import provider
from ledger.checkout.services import make_call, settle
from ledger.webhooks import services

log = structlog.get_logger()


def work_on_event(session: Session, at: datetime, *, webhook_id: int) -> None:
    """Work on one message."""
    services.work_on(session, webhook_id=webhook_id, provider=provider(Config.from_environment()), at=at)


def make_one_call(session: Session, at: datetime, *, call_id: int) -> None:
    """Make one call."""
    make_call(session, call_id=call_id, provider=provider(Config.from_environment()), at=at)


def enqueue_due(session: Session, at: datetime) -> None:
    """Have what waits worked on."""
    services.enqueue_due(session, at)


def sweep(session: Session, at: datetime) -> None:
    """Look after payments that are open for an hour and of which nobody told; one that fails holds up no other."""
    door = provider(Config.from_environment())
    for order_id in checkout.waiting(session, at):
        try:
            with atomic(session):
                settle(session, order_id=order_id, provider=door, at=at)
        except (ProviderBusy, CallRefused) as fault:
            log.warning("sweep", order=order_id, fault=type(fault).__name__)


def check(session: Session, at: datetime) -> None:
    """The daily check of every organisation that takes online payments."""
    door = provider(Config.from_environment())
    for till in checkout.tills(session):
        try:
            with atomic(session):
                services.check_clearing(session, till=till, provider=door, at=at)
        except (ProviderBusy, CallRefused) as fault:
            log.warning("clearing", organisation=till.organisation_id, fault=type(fault).__name__)
