"""The pages every kind of statement has: taking one back, all of them, and the check."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from procurement.reserved import forms, policy, queries, services
from procurement.reserved.models import Stated


def add_pages(
    bp: Blueprint, table: type[Stated], *, shown: Callable[[], dict[str, Any]], withdrawn: Any, question: Any, yes: Any
) -> None:  # fmt: skip
    """Add them to the blueprint of a kind. `shown`: what its templates need; the texts are translated when shown.

    Templates: `procurement/<kind>/every.html` (`page`, `may_check`) and `check.html` (`form`, `stated`).
    """
    name = table.kind.name

    @bp.post("/<uuid:public_id>/withdraw")
    @guarded(policy.STATE)
    def withdraw(public_id: UUID) -> Any:
        return press(
            lambda session: services.withdraw(
                session, statement=queries.one(session, table, public_id), actor=actor(), at=now()
            ),
            then=url_for(f"{name}.index"), said=withdrawn,
        )  # fmt: skip

    @bp.get("/all")
    @guarded(policy.READ)
    def every() -> str:
        return render_template(
            f"procurement/{name}/every.html", page=paged(db(), queries.every(table)),
            may_check=policy.CHECK.open_to(actor()), **shown(),
        )  # fmt: skip

    @bp.route("/<uuid:public_id>/check", methods=["GET", "POST"])
    @guarded(policy.CHECK)
    def check(public_id: UUID) -> Any:
        form = forms.check_form(question, yes)
        return submit(
            form,
            lambda session: services.check(
                session, statement=queries.one(session, table, public_id), accepted=form.outcome.data == "yes",
                note=form.note.data or "", actor=actor(), at=now(),
            ),
            then=lambda _done: url_for(f"{name}.every"), said=_("Bewaard. Het bestuur krijgt bericht."),
            page=lambda: render_template(
                f"procurement/{name}/check.html", form=form, stated=queries.one(db(), table, public_id), **shown()
            ),
        )  # fmt: skip
