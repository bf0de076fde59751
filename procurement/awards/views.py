"""Pages of award decisions, letters and the public notice."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.documents.rules import Words
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, submit
from procurement.awards import forms, policy, queries, rules, services
from procurement.awards.errors import AwardNotFound
from procurement.awards.gateway import terms
from procurement.awards.models import AwardDecision, AwardLetter
from procurement.evaluation.queries import tie_deciders
from procurement.invitations.queries import announced
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender

bp = Blueprint("awards", __name__)


def _tender(number: str, action: Action) -> Tender:
    tender = queries.tender(db(), number)
    permit(policy.may(actor(), action, tender))
    return tender


@bp.get("/awards")
@guarded(policy.READ)
def index() -> str:
    """The results one may read."""
    form = forms.LetterFilter(request.args)
    page = paged(db(), queries.letters(actor(), **form.values()))
    return render_template(
        "procurement/awards/index.html", filter_form=form, page=page, results=forms.RESULTS
    )


@bp.get("/awards/list.csv")
@guarded(policy.READ)
def listing() -> Response:
    """The same list as a file."""
    form = forms.LetterFilter(request.args)
    found = db().execute(queries.ended(actor(), **form.values())).all()
    rows = (
        (
            each.decision.tender.number, each.decision.tender.title, each.decision.tender.buyer.name,
            each.organisation.name, each.result.value, each.decision.sent_at, until, each.bid.lot.number, withdrawn_at,
        )
        for each, until, withdrawn_at in found
    )  # fmt: skip
    head = (
        "tender", "title", "buyer", "bidder", "result", "sent_at", "standstill_until", "lot", "withdrawn_at",
    )  # fmt: skip
    return csv_file("awards", head, rows)


def exact(text: str | None) -> Decimal | None:
    """A figure of the engine as a number, to be written in the reader's way."""
    return Decimal(text) if text else None


def _letter(public_id: UUID) -> AwardLetter:
    found = queries.letter(db(), public_id)
    if not policy.may_read(actor(), found):
        raise AwardNotFound
    return found


@bp.get("/awards/<uuid:public_id>")
@guarded(policy.READ)
def letter(public_id: UUID) -> str:
    """One bidder's letter, to read and to print."""
    found = _letter(public_id)
    sent_at, days = found.decision.sent_at, found.decision.standstill_days
    award = queries.award_of(db(), found)
    until = award.until(found.decision)
    wait = rules.standstill(sent_at, days) if sent_at else None
    last = rules.last_day(until) if until else None
    return render_template(
        "procurement/awards/letter.html", letter=found, decision=found.decision, tender=found.decision.tender,
        buyer=found.decision.tender.buyer, content=found.content, results=forms.RESULTS,
        explains=rules.explains(found.result, found.content or {}), best=rules.strongest(found.content or {}),
        steps=rules.next_steps(Words("nl").day(last)) if last else [], wait=wait, exact=exact,
        award=award, last_day=last, day=date.fromisoformat, is_longer=bool(wait and last and last > wait.last_day),
    )  # fmt: skip


@bp.get("/awards/<uuid:public_id>/recompute.json")
@guarded(policy.READ)
def recompute(public_id: UUID) -> Response:
    """The file with which a bidder recomputes its own total (`cwb score`)."""
    found = _letter(public_id)
    if not found.content or "file" not in found.content:
        raise AwardNotFound
    until = queries.award_of(db(), found).until(found.decision)
    waits = (
        {"standstill": {"last_day": rules.last_day(until).isoformat(), "until": until.isoformat()}}
        if until
        else {}
    )
    text = json.dumps({**found.content["file"], **waits}, ensure_ascii=False, indent=2) + "\n"
    made = Response(text, mimetype="application/json")
    name = f"{found.decision.tender.number}-{found.content['own']['label']}"
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return made


@bp.get("/tenders/<number>/award")
@public
@kept
def notice(number: str) -> str:
    """The public award notice."""
    tender = queries.tender(db(), number)
    tenders.check_visible(db(), tender, find_actor())
    found = queries.notice(db(), tender.id)
    return render_template(
        "procurement/awards/notice.html",
        tender=tender,
        notice=found,
        invited=announced(db(), tender),
        last_day=found.lots[0].last_day if found else None,
        may_see=(who := find_actor()) is not None and policy.may(who, policy.SEE, tender),
    )


@bp.route("/tenders/<number>/decision", methods=["GET", "POST"])
@guarded(policy.SEE)
def decision(number: str) -> Any:
    """The decision: begin it, see how far it is, and what can be done now."""
    tender = _tender(number, policy.SEE)
    term = rules.term_for(terms(), tender.procedure or "", local_date(now()))
    form = forms.prepare_form(
        services.failing(db(), tender),
        {
            "contact_name": tender.contact_name, "contact_email": tender.contact_email,
            "contact_phone": tender.contact_phone, "days": term.days,
        },
    )  # fmt: skip

    def page() -> str:
        found = queries.decisions(db(), tender.id)
        latest, is_back = (
            next(iter(found), None),
            any(each.withdrawn_at for one in found for each in one.lots),
        )
        return render_template(
            "procurement/awards/decision.html", form=form, tender=tender, decision=latest, decisions=found, term=term,
            results=forms.RESULTS, certainty=forms.CERTAINTY, over=queries.over_limit(db(), tender, found),
            waiting=[each.until(one) for one in found if one.sent_at for each in one.lots if each.is_waiting],
            reopened=queries.reopened(db(), tender.id) if latest and latest.definitive_at and is_back else [],
            may_decide=policy.may(actor(), policy.DECIDE, tender), at=now(),
            withdrawn=queries.withdrawn(db(), tender.id), failed=services.nothing_left(db(), tender),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.prepare_decision(
            session, tender=tender, terms=terms(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("Begonnen. Schrijf nu de brieven."),
        page=page,
    )


def _standing(tender: Tender) -> AwardDecision:
    """The decision as it is now: asked again for every page, since a refusal forgets what was read."""
    found = queries.find_decision(db(), tender.id)
    if found is None:
        raise AwardNotFound
    return found


@bp.route("/tenders/<number>/decision/letters/<label>", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def write(number: str, label: str) -> Any:
    """Write one bidder's motivation."""
    tender = _tender(number, policy.DECIDE)
    standing = _standing(tender)
    if request.method == "GET" and standing.sent_at is not None:
        return passed(url_for("awards.decision", number=number), _("De brieven zijn al verstuurd."))
    kept = services.letter_of(standing, label)
    form = forms.LetterForm(data={"advantages": kept.advantages, "lesson": kept.lesson})
    if kept.result is rules.Result.WON:
        form.advantages.label.text = _("Wat was er goed aan deze inschrijving?")

    def page() -> str:
        found = _standing(tender)
        letter = services.letter_of(found, label)
        return render_template(
            "procurement/awards/write.html", form=form, tender=tender, letter=letter, results=forms.RESULTS,
            table=services.comparison(db(), found, letter), exact=exact,
            must=found.needs(letter), has_winner=found.award_of(letter.bid.lot_id).winner_bid_id is not None,
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.write_letter(
            session, tender=tender, label=label, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("De brief is bewaard."),
        page=page,
    )


@bp.route("/tenders/<number>/decision/send", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def send(number: str) -> Any:
    """A second person reads everything and sends all letters at once."""
    tender = _tender(number, policy.DECIDE)
    form = forms.SendForm(data={"version": str(_standing(tender).version)})

    def page() -> str:
        found = _standing(tender)
        return render_template(
            "procurement/awards/send.html", form=form, tender=tender, decision=found, results=forms.RESULTS,
            wait=rules.standstill(now(), found.standstill_days), missing=found.unfinished,
            same=actor().user_id in found.authors | tie_deciders(db(), tender.id),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.send_decision(
            session, tender=tender, version=form.made_from(), terms=terms(), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("Alle brieven zijn verstuurd. De wachttijd loopt."),
        page=page,
    )


@bp.route("/tenders/<number>/decision/unsuccessful", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def unsuccessful(number: str) -> Any:
    """End a tender in which no valid bid is left."""
    tender = _tender(number, policy.DECIDE)
    form = forms.UnsuccessfulForm()
    return submit(
        form,
        lambda session: services.declare_unsuccessful(
            session, tender=tender, reason=form.reason.data, actor=actor(), at=now()
        ),
        then=lambda _made: url_for("awards.notice", number=number),
        said=_("De aanbesteding is mislukt verklaard. De inschrijvers kregen een mail."),
        page=lambda: render_template("procurement/awards/unsuccessful.html", form=form, tender=tender),
    )
