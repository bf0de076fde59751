"""The page that refuses a winner."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.awards import queries as awards
from procurement.proofs import policy, queries
from procurement.proofs.models import ProofRequest
from procurement.refusals import forms, services
from procurement.statements.rules import PAPER_TEXTS
from procurement.tenders.models import Tender

bp = Blueprint("refusals", __name__)


def _found(public_id: UUID) -> tuple[ProofRequest, Tender]:
    found = queries.request(db(), public_id)
    permit(policy.may_ask(actor(), found.tender))
    return found, awards.tender(db(), found.tender.number)


@bp.route("/proofs/<uuid:public_id>/refuse", methods=["GET", "POST"])
@guarded(policy.ASK)
def refuse(public_id: UUID) -> Any:
    """Refuse a winner whose proof is not there."""
    found, tender = _found(public_id)
    number, form = tender.number, forms.RefuseForm()

    def page() -> str:
        fresh, whole = _found(public_id)
        stands = services.award_of(db(), fresh.bid)
        return render_template(
            "procurement/refusals/refuse.html", form=form, request=fresh, tender=whole, names=PAPER_TEXTS,
            decision=stands[0] if stands else None, at=now(),
            is_definitive=bool(stands and stands[1].definitive_at),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.refuse_winner(
            session, request=found, tender=tender, reason=form.reason.data, actor=actor(), at=now()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("Afgewezen. Wie meedeed, kreeg bericht. Begin nu een nieuw besluit."),
        page=page,
    )
