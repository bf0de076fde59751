"""The statements of one's own organisation, and what a draft asks."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit
from procurement.sealing.gateway import HouseKeys
from procurement.statements import forms, policy, queries, rules, services
from procurement.statements.gateway import table
from procurement.statements.rules import GROUND_TEXTS, PAPER_TEXTS, Profile, Standing
from procurement.tenders import policy as tender_policy
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotDraft
from procurement.tenders.models import Tender
from procurement.tenders.views import said_of_draft

bp = Blueprint("statements", __name__)


def keys() -> HouseKeys:
    """The installation's keys, outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _profile() -> Profile:
    return services.read_profile(queries.find_profile(db(), actor().organisation_id or 0), keys())


def _group_task(profile: Profile, group: str, today: date) -> dict[str, Any]:
    law = table()
    found = [rules.answer_standing(law, profile.answers.get(each.code), today) for each in law.of(group)]
    if all(each is Standing.VALID for each in found):
        status, tone = _("Klaar"), "good"
    elif Standing.EXPIRED in found:
        status, tone = _("Opnieuw bevestigen"), "warn"
    else:
        status, tone = _("Nog te doen"), "neutral"
    return {
        "label": _(rules.GROUPS[group]), "status": status, "tone": tone,
        "href": url_for("statements.group", group=group) if policy.may(actor(), policy.DECLARE) else None,
    }  # fmt: skip


@bp.route("/statements", methods=["GET", "POST"])
@guarded(policy.KEEP)
def index() -> Any:
    """The answers and papers of one's own organisation; add a paper."""
    permit(policy.may(actor(), policy.KEEP))
    law, today, form = table(), local_date(now()), forms.PaperForm()
    if form.is_submitted():
        permit(policy.may(actor(), policy.DECLARE))

    def page() -> str:
        profile = _profile()
        found = queries.papers(db(), actor().organisation_id or 0)
        return render_template(
            "procurement/statements/index.html", form=form, papers=found, names=rules.PAPER_TEXTS, law=law,
            today=today, kinds=law.papers, newest={each.id for each in queries.newest(found).values()},
            groups=[_group_task(profile, each, today) for each in rules.GROUPS],
            may_declare=policy.may(actor(), policy.DECLARE),
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.keep_paper(s, table=law, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("statements.index"),
        said=_("Bewaard. U ziet hier wanneer het stuk verloopt."),
        page=page,
    )


@bp.route("/statements/<group>", methods=["GET", "POST"])
@guarded(policy.DECLARE)
def group(group: str) -> Any:
    """The questions of one group."""
    permit(policy.may(actor(), policy.DECLARE))
    law = table()
    grounds, profile = law.of(group), _profile()
    form = forms.group_form(grounds, profile)
    names = list(rules.GROUPS)
    after = names[names.index(group) + 1 :]
    return submit(
        form,
        lambda s: services.answer_group(
            s, table=law, group=group, answers=forms.answers(form, grounds, local_date(now())),
            seen=form.seen_save(), actor=actor(), keys=keys(), at=now(),
        ),
        then=lambda _kept: url_for("statements.group", group=after[0]) if after else url_for("statements.index"),
        said=_("Bewaard. Bij een inschrijving hoeft u dit niet opnieuw in te vullen."),
        page=lambda: render_template(
            "procurement/statements/group.html", form=form, name=rules.GROUPS[group],
            rows=[(each, rules.field_of(each.code)) for each in grounds],
        ),
    )  # fmt: skip


@bp.post("/statements/papers/<uuid:public_id>/remove")
@guarded(policy.DECLARE)
def remove(public_id: UUID) -> Any:
    """Take a paper out."""
    found = queries.paper(db(), public_id, actor().organisation_id or 0)
    return submit(
        Button(), lambda s: services.drop_paper(s, paper=found, actor=actor()),
        then=lambda _none: url_for("statements.index"), said=_("Het stuk staat niet meer in uw profiel."),
        page=lambda: "",
    )  # fmt: skip


def _questions(tender: Tender) -> dict[str, str]:
    """The questions of a tender by code."""
    return {each.code: each.name for lot in tender.lots for each in lot.criteria if each.kind == "quality"}


@bp.get("/tenders/<number>/asked")
@public
def asked(number: str) -> str:
    """What bidders state about themselves and which papers the winner shows, before anybody begins."""
    tender = tenders.tender(db(), number, find_actor())
    return render_template(
        "procurement/statements/asked.html", tender=tender, law=table(), questions=_questions(tender),
        demand=queries.demand(tender, queries.find_demand(db(), tender.id)), ground_texts=GROUND_TEXTS,
        paper_names=PAPER_TEXTS,
    )  # fmt: skip


def _draft(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(tender_policy.may(actor(), tender_policy.EDIT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise NotDraft
    return tender


@bp.route("/tenders/<number>/draft-statements", methods=["GET", "POST"])
@guarded(tender_policy.EDIT)
def ask(number: str) -> Any:
    """What a draft asks of its bidders."""
    tender, law = _draft(number), table()
    chosen = queries.demand(tender, queries.find_demand(db(), tender.id))
    questions = _questions(tender)
    form = forms.demand_form(law, chosen, list(questions.items()), tender.version)
    obliged = rules.usual(tender.procedure).grounds
    return submit(
        form,
        lambda s: services.ask_statements(
            s, table=law, tender=tender, demand=form.demand(), version=form.made_from(), user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _kept: url_for("drafting.show", number=number),
        said=said_of_draft(tender, _("Bewaard.")),
        page=lambda: render_template(
            "procurement/statements/ask.html", form=form, tender=_draft(number), obliged=obliged, law=law,
            loose=chosen.criteria, has_questions=bool(questions),
        ),
    )  # fmt: skip
