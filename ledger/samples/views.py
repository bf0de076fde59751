"""Pages of samples: everybody reads the outcome, the auditor draws and finds, the programme reads along."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.money import Money
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit
from ledger.publication.queries import publication
from ledger.samples import policy, queries, services
from ledger.samples.forms import FindingForm, PlanForm
from ledger.samples.models import Sample
from ledger.samples.rules import FINDINGS, METHODS, WHOLE, Finding, Looked, Outcome, counted, outcome
from ledger.share.rules import ratio

bp = Blueprint("samples", __name__, url_prefix="/spend/samples")


def _outcome(sample: Sample) -> dict[str, Any]:
    looked = [
        Looked(each.hits, Finding(each.finding.finding) if each.finding else None) for each in sample.items
    ]
    found: Outcome = outcome(looked)
    rate = ratio(found.rate)
    return {
        **found._asdict(),
        "faults": [(_(FINDINGS[kind]), number) for kind, number in counted(looked).items()],
        "rate": None if rate is None else Decimal(rate),
        "upper": None if found.upper is None else Decimal(found.upper) / WHOLE,
    }  # fmt: skip


@bp.get("/<period>/<int:version>")
@public
def index(period: str, version: int) -> Any:
    """Every sample that was planned for a published figure, with its outcome: none can be left out."""
    one = publication(db(), period, version)
    found = queries.samples(db(), one.id)
    who = find_actor()
    return render_template(
        "ledger/samples/index.html", one=one, samples=[(each, _outcome(each)) for each in found], methods=METHODS,
        may_draw=policy.DRAW.open_to(who), may_see=policy.SEE.open_to(who),
    )  # fmt: skip


@bp.route("/<period>/<int:version>/new", methods=["GET", "POST"])
@guarded(policy.DRAW)
def plan(period: str, version: int) -> Any:
    """Write down how to draw."""
    one = publication(db(), period, version)
    form = PlanForm()
    return submit(
        form,
        lambda session: services.plan_sample(
            session, publication=one, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda made: url_for("samples.show", public_id=made.public_id),
        said=_("Opgeschreven. Nu kunt u trekken."),
        page=lambda: render_template("ledger/samples/plan.html", form=form, one=one),
    )


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> Any:
    """A sample with its lines and findings."""
    one = queries.sample(db(), public_id)
    return render_template(
        "ledger/samples/show.html", one=one, outcome=_outcome(one), methods=METHODS, findings=FINDINGS,
        may_draw=policy.DRAW.open_to(actor()),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/draw")
@guarded(policy.DRAW)
def draw(public_id: UUID) -> Any:
    """Draw what the seed says."""
    one = queries.sample(db(), public_id)
    return press(
        lambda session: services.draw_sample(session, sample=one, actor_id=actor().user_id, at=now()),
        then=url_for("samples.show", public_id=public_id), said=_("Getrokken. Kijk de regels één voor één na."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/lines/<int:position>", methods=["GET", "POST"])
@guarded(policy.DRAW)
def find(public_id: UUID, position: int) -> Any:
    """Write down what was found of one line."""
    one = queries.sample(db(), public_id)
    item = queries.item(one, position)
    form = FindingForm()
    there = url_for("samples.show", public_id=public_id)
    return submit(
        form,
        lambda session: services.write_finding(
            session, item=item, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: there,
        said=_("Opgeslagen."),
        page=lambda: render_template(
            "ledger/samples/find.html", form=form, one=one, item=item, findings=FINDINGS
        ),
    )


@bp.get("/<uuid:public_id>.csv")
@guarded(policy.SEE)
def drawn(public_id: UUID) -> Any:
    """The drawn lines with what was found."""
    one = queries.sample(db(), public_id)
    head = ("position", "id", "hits", "anchor", "supplier", "document_number", "invoice_date", "amount", "finding",
            "right_amount", "note")  # fmt: skip
    rows = (
        (
            each.position, str(each.line.public_id), each.hits, each.line.anchor.name, each.line.supplier.name,
            each.line.document_number, each.line.invoice_on, each.line.net,
            each.finding.finding if each.finding else "",
            Money(each.finding.right_amount) if each.finding and each.finding.right_amount is not None else None,
            each.finding.note if each.finding else "",
        )
        for each in one.items
    )  # fmt: skip
    return csv_file(f"steekproef-{one.publication.period}", head, rows)


@bp.get("/<uuid:public_id>/lines.csv")
@guarded(policy.SEE)
def lines(public_id: UUID) -> Any:
    """All lines that could be drawn: with the seed anybody draws the same (`cwb spend sample`)."""
    one = queries.sample(db(), public_id)
    found = sorted(queries.population(db(), one.publication.preparation))
    name = f"regels-{one.publication.period}-{one.publication.version}"
    return csv_file(name, ("id", "amount"), ((line.key, Money(line.amount)) for line in found))
