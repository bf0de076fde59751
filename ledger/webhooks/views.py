"""Where the provider tells us: the bytes are proven, kept and acknowledged; the work is done after."""

from typing import Any

from flask import Blueprint, Flask, current_app, request

from cwb.kernel.transaction import atomic
from cwb.web.guards import public
from cwb.web.request import db, now
from ledger.checkout.errors import EventRefused
from ledger.checkout.gateway import provider
from ledger.webhooks import services

bp = Blueprint("webhooks", __name__)


@bp.post("/webhooks/stripe")
@public
def stripe() -> Any:
    """Keep a message of Stripe: 200 when it is proven, also when it came before; 400 when it is not."""
    door = provider(current_app.extensions["cwb.config"])
    try:
        told = door.parse_event(request.get_data(), request.headers.get("Stripe-Signature"), now())
        with atomic(db()) as session:
            services.keep_event(session, told, now())
    except EventRefused:
        return "refused\n", 400, {"Content-Type": "text/plain"}
    return "kept\n", 200, {"Content-Type": "text/plain"}


def set_up(app: Flask) -> None:
    """The provider sends no token of ours: its signature is the proof."""
    app.extensions["csrf"].exempt("ledger.webhooks.views.stripe")
