"""The bridge from an anchor's ledger to what the figure divides by."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.beside.views import area, figure
from ledger.bridge import policy, queries, services
from ledger.bridge.forms import TotalForm
from ledger.bridge.rules import HIGHEST_VAT, MOST_SHOWN, Bridge
from ledger.exports.gateway import export
from ledger.publication.queries import document, find_latest
from ledger.rollups.queries import anchors, quarters
from ledger.share.rules import written
from ledger.spend.errors import AnchorUnknown
from ledger.spend.policy import sees_all
from ledger.spend.rules import EXCLUSION_TEXT, public_period

bp = Blueprint("bridge", __name__, url_prefix="/spend/bridge")


def _anchor() -> Organisation:
    """Whose bridge is asked for: one's own, or any for who sees all."""
    if not sees_all(actor()):
        found = organisation_by_id(db(), actor().organisation_id or 0)
        if found.anchor_type is None or request.args.get("anchor", "") not in {"", str(found.public_id)}:
            raise Forbidden
        return found
    asked = request.args.get("anchor", "")
    known = [key for key, public_id, _name in anchors(db()) if asked in {"", str(public_id)}]
    if not known:
        raise AnchorUnknown
    return organisation_by_id(db(), known[0])


def _period(offered: Sequence[Period]) -> Period:
    """The asked period, else the last quarter with lines, else this one."""
    text = request.args.get("period", "")
    if text:
        return public_period(text)
    return next(iter(offered), None) or Period.quarter_of(now().date())


@bp.route("", methods=["GET", "POST"])
@guarded(policy.SEE)
def show() -> Any:
    """Every step, the difference with what the ledger says, and where that may come from; say what the ledger says."""
    offered = quarters(db())
    anchor, period, form = _anchor(), _period(offered), TotalForm()
    declares = policy.DECLARE.open_to(actor()) and not sees_all(actor())
    if request.method == "POST":
        permit(declares)
    arguments: dict[str, Any] = {
        "period": str(period),
        **({"anchor": anchor.public_id} if sees_all(actor()) else {}),
    }

    def page() -> str:
        history = queries.history(db(), anchor.id, period)
        ledger = queries.latest(history)
        return render_template(
            "ledger/bridge/show.html", form=form, anchor=anchor, period=period, offered=[str(each) for each in offered],
            bridge=queries.bridge(db(), anchor.id, period, ledger), totals=ledger, declares=declares,
            history=history[:MOST_SHOWN],
            reasons=queries.reasons(db(), anchor.id, period), arguments=arguments, exclusions=EXCLUSION_TEXT,
            anchors=anchors(db()) if sees_all(actor()) else (), shares=_shares(anchor, period),
            most_vat=HIGHEST_VAT,
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.declare_total(
            s, anchor=anchor, period=period, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("bridge.show", **arguments),
        said=_("Opgeslagen. Ook wat u eerder opgaf, blijft te zien: voor u, het programma en de accountant."),
        page=page,
    )


def _shares(anchor: Organisation, period: Period) -> dict[str, Any]:
    """The share of all an anchor bought, what everybody reads of it, and what everybody would read of it now.

    `public` is how it stands now, None: only with others together; `signed` that of the signed version.
    """
    own = written(queries.own_share(db(), anchor, period, area()))
    newest = find_latest(db(), str(period))
    signed = (
        None
        if newest is None
        else document(db(), newest.preparation)["figures"]["local_supplier_share"]["by_anchor"].get(
            str(anchor.public_id)
        )
    )
    shown = export(db(), period, area())["figures"]["local_supplier_share"]["by_anchor"]
    public = shown.get(str(anchor.public_id))
    return {
        "own": figure(anchor.name, own, period), "public": figure(anchor.name, public, period) if public else None,
        "version": None if newest is None else newest.version,
        "signed": figure(anchor.name, signed, period) if signed else None,
        "moved": newest is not None and signed != public,
        "same": public is not None and all(own[name] == public[name] for name in ("lo", "hi", "coverage")),
    }  # fmt: skip


@bp.get("/bridge.csv")
@guarded(policy.SEE)
def as_csv() -> Any:
    """The same steps as a file."""
    anchor, period = _anchor(), _period(quarters(db()))
    ledger = queries.latest(queries.history(db(), anchor.id, period))
    found = queries.bridge(db(), anchor.id, period, ledger)
    sources = "; ".join(each.source for each in ledger)
    head = ("anchor", "period", "step", "reason", "amount", "lines", "coded_by", "source")
    rows = ((anchor.name, str(period), *each) for each in _rows(found, sources))
    return csv_file(f"brug-{period}", head, rows)


def _rows(found: Bridge, sources: str) -> Iterator[tuple[object, ...]]:
    if found.declared is not None and found.difference is not None:
        yield "ledger_total", "", Money(found.declared), "", "", sources
        yield "difference", "", Money(found.difference), "", "", ""
    yield "D0", "", Money(found.total), found.lines, "", ""
    for each in found.steps:
        yield (
            each.code,
            _(EXCLUSION_TEXT[each.code]),
            Money(-each.amount),
            each.lines,
            ", ".join(each.coders),
            "",
        )
    yield "D1", "", Money(found.third), found.third_lines, "", ""
    yield "not_influenceable", "", Money(-found.no), "", "", ""
    yield "influence_unknown", "", Money(-found.unknown), "", "", ""
    yield "D2", "", None if found.influenceable is None else Money(found.influenceable), "", "", ""
