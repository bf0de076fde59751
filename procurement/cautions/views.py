"""The page on which a buyer confirms a relative method, with the test in sight."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.money import Money
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, translated
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.cautions import errors, forms, queries, rules, services
from procurement.methods.rules import scoring_of
from procurement.stress import rules as stress
from procurement.tenders import policy
from procurement.tenders import queries as tenders
from procurement.tenders.forms import METHODS
from procurement.tenders.models import Lot, Tender

bp = Blueprint("cautions", __name__, url_prefix="/tenders/<number>/method")

SEED = 1
"""The number that the shown and the kept test belong to."""


@bp.route("", methods=["GET", "POST"])
@guarded(policy.EDIT)
def confirm(number: str) -> Any:
    """What the test shows, what other ways there are, and the confirmation."""
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), policy.EDIT, tender))
    found = queries.scorings(tender)
    if tender.published_at is not None or not rules.is_needed(found):
        raise errors.NothingToConfirm
    form = forms.CautionForm(data={"digest": rules.digest_of(found)})
    return submit(
        form,
        lambda session: services.confirm_method(
            session, tender=tender, seed=SEED, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("drafting.show", number=number),
        said=_("Bevestigd. Verandert u de beoordeling, dan vragen wij het opnieuw."),
        page=lambda: render_template(
            "procurement/cautions/confirm.html", form=form, tender=tender, method=METHODS[tender.method or ""],
            verdicts=[(lot, _verdict(tender, lot)) for lot in tender.lots], given=queries.find_caution(db(), tender),
        ),
    )  # fmt: skip


def _verdict(tender: Tender, lot: Lot) -> list[tuple[str, str]]:
    """The sentences of a lot's test with their tones."""
    minor = lot.value_minor or tender.value_minor
    setup = stress.setup_of(scoring_of(tender, lot), None if minor is None else Money(minor), SEED)
    return [
        (
            each.tone,
            translated(
                stress.TEXTS[each.id],
                {
                    name: value or _("Prijs") if name == "name" else value
                    for name, value in each.facts.items()
                },
            ),
        )
        for each in stress.test(setup).findings
    ]
