"""The page for practice on which a mandate is given: our own twin stands in for the provider."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.checkout.gateway import provider
from ledger.mandates import forms, policy, queries, services
from ledger.mandates.errors import MandateNotFound

bp = Blueprint("mandates", __name__)


@bp.route("/online-payments/practice/mandates/<setup>", methods=["GET", "POST"])
@guarded(policy.OWN)
def practice(setup: str) -> Any:
    """Give a mandate for practice.

    Raises:
        MandateNotFound: there is a real provider, or no such page.
    """
    door = provider(current_app.extensions["cwb.config"])
    twin = door.twin
    found = twin.session(setup) if twin else None
    mandate = queries.of_session(db(), setup)
    if twin is None or found is None or mandate is None:
        raise MandateNotFound
    permit(policy.may(actor(), policy.OWN, mandate))
    home = urlsplit(found["success_url"]).path
    if found["status"] != "open":
        return passed(home, _("Deze bladzijde is al gebruikt."))
    form = forms.PracticeForm()

    def tell(session: Any) -> None:
        {"accept": twin.accept, "expire": twin.expire}[form.how.data](setup)
        services.settle_mandate(session, mandate_id=mandate.id, door=door, at=now())

    return submit(
        form,
        tell,
        then=lambda _done: home,
        page=lambda: render_template(
            "ledger/mandates/practice.html", form=form, home=home, creditor=queries.creditor(db(), mandate)
        ),
    )
