"""Pages of files of transfers."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, url_for
from sqlalchemy.orm import Session

from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _, plain_money, short_day, text_of
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.bankdesk.policy import USE
from ledger.batches import queries, rules, services
from ledger.batches.forms import ANSWERS, ChooseForm
from ledger.batches.models import PaymentBatch
from ledger.batches.rules import BatchState

bp = Blueprint("batches", __name__, url_prefix="/bank/transfers")


def _own() -> int:
    return actor().organisation_id or 0


def _form() -> ChooseForm:
    """Boxes for all that can be paid now."""
    today = local_date(now())
    rows = []
    for each in queries.choices(db(), _own()):
        facts = {
            "number": each.number, "name": each.name, "open": plain_money(Money(each.open)),
            "day": short_day(each.due_on),
        }  # fmt: skip
        if not each.number:
            words = _("Terugbetaling aan %(name)s: %(open)s", **facts)
        elif each.due_on < today:
            words = _("%(number)s, %(name)s: %(open)s, te laat sinds %(day)s", **facts)
        else:
            words = _("%(number)s, %(name)s: %(open)s, uiterlijk %(day)s", **facts)
        rows.append((each.key, words))
    return ChooseForm(rows=rows)


@bp.route("", methods=["GET", "POST"])
@guarded(USE)
def index() -> Any:
    """Choose what is paid, of what was approved, and make a file of it; the files of before."""
    form, faults = _form(), list[RuleBroken]()

    def act(session: Session) -> PaymentBatch:
        payer = organisation_by_id(session, _own())
        return services.make_batch(
            session, payer=payer, actor=actor(), at=now(), faults=faults, **form.values()
        )

    def page() -> str:
        for each in faults:
            flash(text_of(each), "bad")
        return render_template(
            "ledger/batches/index.html", form=form, page=paged(db(), queries.batches(_own()))
        )

    def then(made: PaymentBatch) -> str:
        for each in faults:
            flash(text_of(each), "bad")
        return url_for("batches.show", public_id=made.public_id)

    return submit(form, act, then=then, said=_("Het bestand is klaar."), page=page)


@bp.get("/<uuid:public_id>")
@guarded(USE)
def show(public_id: UUID) -> str:
    """One file: what it pays, and what of it the bank told of."""
    found = queries.batch(db(), public_id, _own())
    told = queries.seen(db(), found)
    is_open = found.state is BatchState.OPEN
    return render_template(
        "ledger/batches/show.html", batch=found, seen=told, stale=queries.stale(found, told) if is_open else (),
        waiting=queries.waiting_marks(db(), found) if is_open else (),
        reasons=rules.REFUSALS, other=rules.OTHER_REFUSAL, answers=ANSWERS,
    )  # fmt: skip


@bp.get("/<uuid:public_id>.xml")
@guarded(USE)
def content(public_id: UUID) -> Response:
    """The file itself, as it was made."""
    found = queries.batch(db(), public_id, _own())
    name = f"attachment; filename=betaling-{found.message_id[:12]}.xml"
    return Response(found.content, mimetype="application/xml", headers={"Content-Disposition": name})


@bp.post("/<uuid:public_id>/close")
@guarded(USE)
def close(public_id: UUID) -> Any:
    """Say that it is done with."""
    return press(
        lambda session: services.close_batch(
            session, batch=queries.batch(session, public_id, _own()), actor=actor(), at=now()
        ),
        then=url_for("batches.show", public_id=public_id),
        said=_("Het bestand is afgesloten."),
    )
