"""The page of one's PIN, and confirming a payment on the pages of others."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for

from cwb.config import Config
from cwb.identity import queries as people
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.passkeys.views import confirmed
from cwb.sign_in.views import limit, signed_in
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.pins import forms, policy, queries, services
from ledger.pins.forms import ConfirmForm
from ledger.pins.rules import Hand, How, Outcome, Tried

bp = Blueprint("pins", __name__, url_prefix="/wallet/pin")


def above() -> Money:
    """What one payment may be here without a PIN."""
    config: Config = current_app.extensions["cwb.config"]
    return Money(config.pin_above * 100)


def tried(pin: str) -> Tried:
    """Try the actor's PIN and keep that it was tried, whatever happens next."""
    if pin:
        limit(second_factor=str(actor().user_id))
    with atomic(db()) as session:
        return services.try_pin(session, user_id=actor().user_id, pin=pin, at=now())


def hand(form: ConfirmForm, purpose: str) -> Hand:
    """How the actor confirms with this form: a passkey's answer to the question `purpose`, else a PIN.

    Raises:
        PasskeyRefused, AskedTooLongAgo: an answer that does not fit.
    """
    if form.answer.data:
        limit(second_factor=str(actor().user_id))
        confirmed(people.user(db(), actor().user_id), purpose, form.answer.data)
        return Hand(How.PASSKEY, above())
    outcome = tried(form.pin.data or "")
    return Hand(How.PIN if outcome.outcome is Outcome.RIGHT else How.NONE, above(), outcome)


@bp.route("", methods=["GET", "POST"])
@guarded(policy.OWN)
def choose() -> Any:
    """Choose a PIN, or another."""
    form, there = forms.ChooseForm(), url_for("wallets.index")
    found = queries.find_pin(db(), actor().user_id)
    if found is None:
        del form.old
    else:
        form.old.flags.required = True
    old = Tried(Outcome.UNSET)
    if request.method == "POST" and form.validate() and found:
        old = tried(form.old.data or "")
    return submit(
        form,
        lambda session: services.choose(
            session, user_id=actor().user_id, pin=form.pin.data or "", again=form.again.data or "", old=old,
            opened_at=queries.opened_at(session, signed_in().session_id), at=now(),
        ),
        then=lambda _none: there,
        said=_("Uw pincode is bewaard."),
        page=lambda: render_template(
            "ledger/pins/choose.html", form=form, back=there, above=above(),
            locked=(found := queries.find_pin(db(), actor().user_id)) is not None and found.locked,
        ),
    )  # fmt: skip
