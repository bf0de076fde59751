"""Pages of demand clusters, for the alliance."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request

from coops.clusters import forms, policy, queries, rules
from coops.clusters.errors import ClusterNotFound
from coops.clusters.rules import Cluster, Reach, Supply
from coops.needs.forms import UNIT_NAMES
from coops.register.forms import categories, places
from coops.viability.gateway import settings
from coops.viability.rules import Viability, at_prices, viability
from cwb.kernel.clock import local_date
from cwb.places.gateway import area_pack
from cwb.web.guards import guarded
from cwb.web.pages import csv_file
from cwb.web.request import db, now

bp = Blueprint("clusters", __name__, url_prefix="/clusters")

NOBODY = Supply(0, 0, 0, 0)


def found(reach: Reach, category: str = "", *, public: bool = False) -> list[Cluster]:
    """The clusters of this moment; `public`: only of needs that everybody may read."""
    tiles = {code: (wijk.tile_row, wijk.tile_column) for code, wijk in area_pack().wijken.items()}
    all_of_them = rules.clusters(
        queries.wishes(db(), now(), public=public), tiles=tiles, per_unit=settings().hours, reach=reach
    )
    return [each for each in all_of_them if not category or each.category == category]


def named(number: str, reach: Reach, *, public: bool = False) -> Cluster:
    """The cluster that begins with a need; `public`: among those of what everybody may read.

    Raises:
        ClusterNotFound: none does, now.
    """
    cluster = next((each for each in found(reach, public=public) if each.key == number), None)
    if cluster is None:
        raise ClusterNotFound
    return cluster


def reckoned(cluster: Cluster) -> Viability | None:
    """What a cluster carries with the area's own assumptions; None when no hours are known."""
    if cluster.hours <= 0:
        return None
    return viability(cluster.hours, settings().assumptions(cluster.category, local_date(now())))


def listed(clusters: list[Cluster]) -> list[tuple[Cluster, Viability | None, Decimal]]:
    """Clusters with what they carry and the hours nobody can do; those stand first, then the most hours."""
    supplies = queries.supplies(db(), now())
    rows = [
        (each, reckoned(each), rules.unserved(each.hours, supplies.get(each.category, NOBODY)))
        for each in clusters
    ]
    return sorted(rows, key=lambda row: (-row[2], -row[0].hours))


@bp.get("")
@guarded(policy.LOOK)
def index() -> str:
    """What several anchors need together; what nobody serves stands first, then the most hours."""
    form = forms.ClusterFilter(request.args)
    reach = form.chosen()
    rows = listed(found(reach, form.category.data or ""))
    return render_template(
        "coops/clusters/index.html",
        filter_form=form,
        rows=rows,
        reach=reach.value,
        names=categories(),
        places=places(),
    )


@bp.get("/list.csv")
@guarded(policy.LOOK)
def listing() -> Any:
    """The same list as a file."""
    form = forms.ClusterFilter(request.args)
    supplies = queries.supplies(db(), now())
    head = (
        "first_need", "category", "centre", "reach", "needs", "anchors", "hours_week", "needs_without_hours",
        "people_low", "people", "people_high", "first_start", "all_from", "unserved_hours_week",
    )  # fmt: skip
    rows = []
    for each in found(form.chosen(), form.category.data or ""):
        outcome = reckoned(each)
        people = (outcome.low.people, outcome.likely.people, outcome.high.people) if outcome else ("", "", "")
        rows.append((
            each.key, each.category, each.centre, each.reach.value, " ".join(m.wish.number for m in each.members),
            len(each.anchors), each.hours, each.unknown, *people, each.first_start, each.all_from,
            rules.unserved(each.hours, supplies.get(each.category, NOBODY)),
        ))  # fmt: skip
    return csv_file("clusters", head, rows)


@bp.get("/<any(place, neighbours, area):reach>/<number>")
@guarded(policy.LOOK)
def show(reach: str, number: str) -> str:
    """A cluster: which needs and why, who could live from it and on which assumptions, what to mind."""
    cluster = named(number, Reach(reach))
    today = local_date(now())
    members = [
        (each, rules.release(each.wish, start=cluster.all_from, today=today).value)
        for each in cluster.members
    ]
    return render_template("coops/clusters/show.html", members=members, **reckoning(cluster))


def reckoning(cluster: Cluster) -> dict[str, Any]:
    """What a page with the arithmetic of a cluster shows: the assumptions of the address, and what they make."""
    today = local_date(now())
    wage = settings().wage(today)
    form = forms.AssumptionForm(request.args)
    assumed = form.assumed(settings().assumptions(cluster.category, today), wage)
    supply = queries.supplies(db(), now()).get(cluster.category, NOBODY)
    told = rules.told_prices(cluster)
    return {
        "cluster": cluster, "outcome": viability(cluster.hours, assumed) if cluster.hours > 0 else None,
        "assumed": assumed, "wage": wage, "is_stale": wage.is_stale(today), "form": form, "supply": supply,
        "unserved": rules.unserved(cluster.hours, supply), "told": told,
        "at_told": at_prices(cluster.hours, assumed, told) if told else (), "names": categories(), "places": places(),
        "units": UNIT_NAMES, "texts": forms, "norms": settings().hours,
    }  # fmt: skip
