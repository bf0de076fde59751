"""Pages of the register: the public directory, a profile, registering, checking."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for

from coops.papers import queries as papers
from coops.papers.rules import PAPERS
from coops.register import forms, policy, queries, rules, services
from coops.register.errors import CooperativeNotFound
from cwb.boundaries.views import boundary_map
from cwb.identity.queries import alike
from cwb.identity.rules import LEGAL_FORMS
from cwb.places.gateway import area_pack
from cwb.web.charts import Tile, tile_map
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, found
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import see_other, submit

FILTERS = frozenset({"q", "sector", "kind", "language", "verified", "computed", "sure", "hours"})
"""What of the directory's filters goes along from the map to the list."""

bp = Blueprint("cooperatives", __name__, url_prefix="/cooperatives")


@bp.get("")
@public
@kept
def index() -> str:
    """The public directory, narrowed by what stands in the address."""
    form = forms.DirectoryFilter(request.args)
    page = found(db(), *queries.listing(form.sought(), now()))
    return render_template(
        "coops/register/index.html",
        filter_form=form,
        page=page,
        names=forms.categories(),
        places=forms.places(),
        kinds=forms.KINDS,
        computed_kinds=forms.COMPUTED,
        grades=forms.GRADES,
        may_register=policy.may(find_actor(), policy.REGISTER),
    )


@bp.get("/map")
@public
@kept
def tiles() -> str:
    """How many of the directory sit in each wijk, narrowed by what stands in the address; each tile opens its list."""
    form = forms.DirectoryFilter(request.args)
    counts, none = queries.by_place(db(), now(), form.sought()), (0, 0)
    total = sum(sitting for sitting, _proven in counts.values())
    kept_filters = {name: value for name, value in request.args.items() if name in FILTERS}
    shown = [
        Tile(
            wijk.code, wijk.name, wijk.tile_column, wijk.tile_row, str(counts.get(wijk.code, none)[0]),
            rules.shade(counts.get(wijk.code, none)[0]),
            url_for("cooperatives.index", **dict[str, Any]({**kept_filters, "place": wijk.code})),
        )
        for wijk in area_pack().wijken.values()
    ]  # fmt: skip
    return render_template(
        "coops/register/map.html", filter_form=form, drawing=tile_map(shown), outlined=boundary_map(shown),
        tiles=sorted(shown, key=lambda each: (-int(each.text), each.name)),
        proven={each.code: counts.get(each.code, none)[1] for each in shown},
        total=total, elsewhere=total - sum(int(each.text) for each in shown),
    )  # fmt: skip


@bp.get("/list.csv")
@public
def listing() -> Any:
    """The same list as a file."""
    sought = forms.DirectoryFilter(request.args).sought()
    whole = db().execute(queries.directory(now(), sought)).all()
    head = (
        "id", "name", "kvk", "kind", "computed_kind", "grade", "sectors", "place", "languages", "weekly_hours",
        "verified", "place_declared",
    )  # fmt: skip
    rows = (
        (
            str(each.organisation.public_id), each.organisation.name, each.organisation.kvk_number, each.kind,
            each.computed_kind, each.computed_grade, " ".join(each.sectors), each.place_code,
            " ".join(each.languages), each.weekly_hours,
            "yes" if verified else "no", "yes" if each.place_said else "no",
        )
        for each, verified in whole
    )  # fmt: skip
    return csv_file("cooperatives", head, rows)


@bp.get("/organizations.json")
@public
def organizations() -> Response:
    """The same list in the shape of Murmurations organizations v1.0.0, with codes of ESSGlobal."""
    base: str = current_app.extensions["cwb.config"].base_url
    whole = db().execute(queries.directory(now(), forms.DirectoryFilter(request.args).sought())).all()
    return jsonify(
        [
            rules.organization(
                rules.Listed(
                    each.organisation.name, each.description, each.organisation.website, each.organisation.city,
                    each.organisation.kvk_number, tuple(each.sectors), each.computed_kind, each.computed_grade,
                    each.place_code, each.weekly_hours, verified, each.place_said,
                ),
                page=base + url_for("cooperatives.show", public_id=each.organisation.public_id),
            )
            for each, verified in whole
        ]
    )  # fmt: skip


@bp.get("/<public_id>")
@public
@kept
def show(public_id: str) -> str:
    """A profile: what is proven, what is only declared."""
    found = queries.cooperative(db(), public_id)
    last = queries.find_verdict(db(), found.id, now())
    facts = queries.facts_of(db(), found, now())
    may_change = policy.may(find_actor(), policy.REGISTER, found)
    sees_history = policy.may(find_actor(), policy.HISTORY, found)
    told = {
        each.code: forms.claim_text(each.code, each.value) if sees_history
        else forms.public_text(each.code, each.value, members=found.members, people=found.people)
        for each in facts
    }  # fmt: skip
    cards = (card for each in current_app.extensions["cwb.features"] for card in each.actions if card.follows)
    return render_template(
        "coops/register/show.html",
        cooperative=found,
        facts=facts,
        computed=queries.computed(facts, found),
        last=last,
        verified=last is not None and last.verdict(found.claims).holds(now()),
        has_papers=last is None and bool(papers.papers(db(), organisation_id=found.organisation_id)),
        members=rules.shown_count(found.members),
        people=rules.shown_count(found.people),
        least=rules.LEAST_COUNT,
        names=forms.categories(),
        places=forms.places(),
        languages_spoken=forms.LANGUAGES,
        legal_forms=LEGAL_FORMS,
        may_change=may_change,
        next_cards=[card for card in cards if may_change and card.action.open_to(find_actor())],
        may_verify=policy.may(find_actor(), policy.VERIFY, found),
        may_coach=policy.may(find_actor(), policy.COACH, found),
        sees_history=sees_history,
        told=told,
        rounded=any(told[each.code] != forms.claim_text(each.code, each.value) for each in facts),
        **words(),
    )


def words() -> dict[str, Any]:
    """Names of what is said of cooperatives, for templates."""
    return {
        "kinds": forms.KINDS, "computed_kinds": forms.COMPUTED, "grades": forms.GRADES, "claim_names": forms.CLAIMS,
        "claim_text": forms.claim_text, "evidence_text": forms.evidence_text, "paper_kinds": PAPERS,
    }  # fmt: skip


@bp.route("/<public_id>/facts/<code>/judge", methods=["GET", "POST"])
@guarded(policy.VERIFY)
def judge(public_id: str, code: str) -> Any:
    """Judge one fact on a named paper, as a second person."""
    found = queries.cooperative(db(), public_id)
    permit(policy.may(actor(), policy.VERIFY, found))
    fact = next((each for each in queries.facts_of(db(), found, now()) if each.code == code), None)
    if fact is None:
        raise CooperativeNotFound
    there = papers.papers(db(), organisation_id=found.organisation_id)
    form = forms.JudgeForm(code, papers=there, data={"seen": fact.value})
    return submit(
        form,
        lambda session: services.judge_claim(
            session, cooperative=found, code=code, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("cooperatives.verify", public_id=public_id),
        said=_("Uw oordeel is bewaard."),
        page=lambda: render_template(
            "coops/register/judge.html", form=form, cooperative=queries.cooperative(db(), public_id), fact=fact,
            papers=there, **words(),
        ),
    )  # fmt: skip


@bp.get("/register")
@guarded(policy.REGISTER)
def register() -> Any:
    """The address of before: registering is done in five steps now."""
    return see_other(url_for("enrolment.index"))


@bp.route("/<public_id>/verify", methods=["GET", "POST"])
@guarded(policy.VERIFY)
def verify(public_id: str) -> Any:
    """Decide on a profile, as a second person."""
    found = queries.cooperative(db(), public_id)
    permit(policy.may(actor(), policy.VERIFY, found))
    form = forms.VerifyForm()

    def page() -> str:
        fresh = found if request.method == "GET" else queries.cooperative(db(), public_id)
        return render_template(
            "coops/register/verify.html", form=form, cooperative=fresh, facts=queries.facts_of(db(), fresh, now()),
            alike=alike(db(), fresh.organisation.name, but=fresh.organisation_id),
            papers=papers.papers(db(), organisation_id=fresh.organisation_id), **words(),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.verify_cooperative(
            session, cooperative=found, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("cooperatives.show", public_id=public_id),
        said=_("Uw besluit is bewaard. De coöperatie krijgt bericht."),
        page=page,
    )


@bp.post("/<public_id>/coach")
@guarded(policy.COACH)
def coach(public_id: str) -> Any:
    """Say that one guides this cooperative, or no longer does."""
    found = queries.cooperative(db(), public_id)
    form = forms.CoachForm()
    return submit(
        form,
        lambda session: services.coach_cooperative(
            session,
            cooperative=found,
            coaches=form.coaches.data == "yes",
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("cooperatives.show", public_id=public_id),
        said=_("Bewaard."),
        page=lambda: show(public_id),
    )
