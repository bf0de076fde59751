"""Pages of registering: the list of steps, each page, the check, and asking to join who is here already."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from coops.enrolment import forms, policy, queries, rules, services
from coops.enrolment.errors import AlreadyHere
from coops.enrolment.models import EnrolmentDraft
from coops.enrolment.rules import Page
from coops.papers import forms as paper_forms
from coops.papers import queries as papers
from coops.papers.rules import PAPERS, wanted
from coops.papers.services import add_paper
from coops.papers.views import ask_away, keys
from coops.register import forms as register
from cwb.account.views import begun
from cwb.files import rules as files
from cwb.identity.queries import SAME, alike, organisation_by_id
from cwb.identity.rules import LEGAL_FORMS
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban, KvkNumber
from cwb.places.gateway import area_pack
from cwb.places.rules import resolve
from cwb.sign_in.services import act_for
from cwb.sign_in.views import signed_in
from cwb.web.forms import NAME, Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import press, see_other, submit

bp = Blueprint("enrolment", __name__, url_prefix="/cooperatives/join")


def _draft() -> EnrolmentDraft:
    """The open registration of the reader; it is kept from the first page that is sent."""
    return services.draft_of(db(), actor=actor(), at=now())


@bp.get("")
@guarded(policy.JOIN)
def index() -> Any:
    """The five steps, what is done, and where to go on."""
    draft = _draft()
    is_here = draft.organisation_id is not None
    done = set(draft.answers)
    if draft.id is not None and papers.papers(db(), **_owner(draft)):
        done.add(Page.PAPERS.value)
    steps = [
        (name, next((page for page in pages if page in rules.asked(is_here=is_here)), None),
         rules.progress(pages, done, is_here=is_here))
        for name, pages in rules.STEPS.items()
    ]  # fmt: skip
    return render_template(
        "coops/enrolment/index.html", steps=steps, draft=draft, missing=rules.missing(done, is_here=is_here),
        organisation=organisation_by_id(db(), draft.organisation_id) if draft.organisation_id else None,
        waiting=queries.others(db(), draft) if draft.id and draft.organisation_id is None else (),
    )  # fmt: skip


def _owner(draft: EnrolmentDraft) -> dict[str, Any]:
    """Whose the papers of a registration are."""
    own = draft.organisation_id
    return {"organisation_id": own} if own is not None else {"draft_key": draft.public_id}


@bp.route("/<any(who, numbers, work, capacity, where, facts):name>", methods=["GET", "POST"])
@guarded(policy.JOIN)
def page(name: str) -> Any:
    """One short page; what is typed is kept when it is sent, and one may stop after any of them."""
    draft, here = _draft(), Page(name)
    is_here = draft.organisation_id is not None
    if here not in rules.asked(is_here=is_here):
        return see_other(url_for("enrolment.index"))
    told = draft.answers.get(Page.WHO, {})
    if (
        here is Page.WHO
        and request.method == "GET"
        and told
        and _number() not in {None, told.get("kvk_number")}
    ):
        return render_template(
            "coops/enrolment/which.html", told=told, number=_number(), handed=_handed(), steps=_steps(here)
        )
    kind = forms.ServesForm if here is Page.WHERE and is_here else forms.FORMS[here]
    form = kind(data=kind.shown(draft.answers.get(here, _begin(here, draft))))
    same: dict[str, str] = {}

    def keep(session: Any) -> Any:
        values = form.values()
        try:
            return services.save_page(
                session, draft=services.begin(session, serves=_wijk(), actor=actor(), at=now()), page=here,
                values=values, at=now(),
            )  # fmt: skip
        except AlreadyHere as fault:
            same.update({fault.field or "": values[fault.field or ""]})
            raise
        except RuleBroken:
            if isinstance(form, forms.NumbersForm):
                form.blank_identifiers()
            raise

    return submit(
        form, keep, then=lambda _kept: _address(rules.next_page(here, is_here=is_here)),
        page=lambda: render_template(
            f"coops/enrolment/{name}.html", form=form, page=here, steps=_steps(here), same=same, is_here=is_here,
            legal_form=draft.answers.get(Page.WHO, {}).get("legal_form", ""),
        ),
    )  # fmt: skip


def _number() -> str | None:
    return KvkNumber.normalise(request.args.get("kvk", ""))


def _handed() -> dict[str, Any]:
    """What an initiative hands on in the address: its number, what it is called, its wijk."""
    return {name: request.args[name][:NAME] for name in ("kvk", "called", "wijk") if request.args.get(name)}


def _begin(page: Page, draft: EnrolmentDraft) -> dict[str, Any]:
    """What a page shows before anything was kept; an initiative hands its number on in the address."""
    if page is Page.WHERE:
        return dict(draft.answers.get("begun", {}))
    if page is not Page.WHO:
        return {}
    handed = {
        "kvk_number": _number(),
        "legal_form": "cooperative",
        "name": request.args.get("called", "")[:NAME],
    }
    known = handed if _number() else {}
    return {"email": "", "registered": rules.Registered.YES, **begun(), **known}


def _wijk() -> list[str]:
    wijk = request.args.get("wijk", "")
    return [wijk] if wijk in register.places() else []


@bp.post("/anew")
@guarded(policy.JOIN)
def anew() -> Any:
    """Set the open registration aside and begin the one that an initiative hands on."""
    return press(
        lambda session: services.begin_anew(session, serves=_wijk(), actor=actor(), at=now()),
        then=url_for("enrolment.page", name=Page.WHO.value, **_handed()),
        said=_("Uw andere aanmelding is bewaard. U vindt haar bij “Uw coöperatie aanmelden”."),
    )


@bp.post("/take-up/<uuid:public_id>")
@guarded(policy.JOIN)
def take_up(public_id: UUID) -> Any:
    """Go on with a registration that was set aside."""
    return press(
        lambda session: services.take_up(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("enrolment.index"), said=_("U gaat hiermee verder. De andere aanmelding is bewaard."),
    )  # fmt: skip


def _address(page: Page) -> str:
    if page in forms.FORMS:
        return url_for("enrolment.page", name=page.value)
    return url_for("enrolment.papers_page" if page is Page.PAPERS else "enrolment.check")


def _steps(here: Page) -> list[dict[str, str]]:
    """The five steps above a page."""
    place = next(number for number, pages in enumerate(rules.STEPS.values()) if here in pages)
    return [
        {"label": _(name), "state": "current" if number == place else "done" if number < place else "todo"}
        for number, name in enumerate(rules.STEPS)
    ]


@bp.route("/papers", methods=["GET", "POST"], endpoint="papers_page")
@takes_files(files.MOST_FILE + files.MEGA)
@guarded(policy.JOIN)
def papers_page() -> Any:
    """The papers, one at a time."""
    draft = _draft()
    there = papers.papers(db(), **_owner(draft)) if draft.public_id or draft.organisation_id else ()
    form = paper_forms.PaperForm(data={"kind": wanted(each.kind for each in there)})

    def keep(session: Any) -> Any:
        begun = services.begin(session, actor=actor(), at=now())
        return add_paper(session, keys=keys(), actor=actor(), at=now(), **_owner(begun), **form.values())

    return submit(
        form, keep, then=lambda _made: url_for("enrolment.papers_page"),
        said=_("Het stuk is bewaard, versleuteld. Alleen u en wie controleert lezen het."),
        page=lambda: render_template(
            "coops/enrolment/papers.html", form=form, steps=_steps(Page.PAPERS), kinds=PAPERS,
            removes=policy.may_send(actor()), papers=there, most=files.MOST_FILE // files.MEGA,
        ),
    )  # fmt: skip


@bp.route("/papers/<uuid:public_id>/remove", methods=["GET", "POST"])
@guarded(policy.JOIN)
def remove(public_id: Any) -> Any:
    """Take one of the papers of this registration away, after one question."""
    permit(policy.may_send(actor()))
    draft = _draft()
    own = {each.public_id: each for each in papers.papers(db(), **_owner(draft))} if draft.id else {}
    found = own.get(public_id)
    home = url_for("enrolment.papers_page")
    return see_other(home) if found is None else ask_away(found, home)


@bp.route("/check", methods=["GET", "POST"])
@guarded(policy.JOIN)
def check() -> Any:
    """See everything once more, then send it."""
    draft, form = _draft(), Button()
    is_here = draft.organisation_id is not None
    open_pages = rules.missing(draft.answers, is_here=is_here)
    if open_pages:
        return redirect(_address(open_pages[0]), 303)

    def send(session: Any) -> Any:
        found = services.begin(session, actor=actor(), at=now())
        made = services.finish(session, draft=found, actor=actor(), at=now())
        if not is_here:
            act_for(session, signed_in=signed_in(), organisation_id=made.organisation_id, at=now())
        return made

    return submit(
        form, send,
        then=lambda made: url_for(
            "cooperatives.show", public_id=organisation_by_id(db(), made.organisation_id).public_id
        ),
        said=_("Uw profiel is gewijzigd.") if "version" in draft.answers
        else _("Uw coöperatie staat in het register. U kunt nu meteen inschrijven op werk."),
        page=lambda: render_template(
            "coops/enrolment/check.html", form=form, steps=_steps(Page.CHECK), **_summary(draft)
        ),
    )  # fmt: skip


def _summary(draft: EnrolmentDraft) -> dict[str, Any]:
    """Everything that was answered, for the last page; the bank account masked."""
    said = {page: draft.answers.get(page, {}) for page in forms.FORMS}
    iban, where, name = said[Page.NUMBERS].get("iban"), said[Page.WHERE], said[Page.WHO].get("name")
    organisation = organisation_by_id(db(), draft.organisation_id) if draft.organisation_id else None
    street, postcode, number = (
        (organisation.street, organisation.postcode, organisation.house_number)
        if organisation
        else (where.get("street", ""), where.get("postcode", ""), where.get("house_number", ""))
    )
    place = resolve(area_pack(), postcode, number, on=local_date(now()), street=street)
    return {
        "said": {page.value: answers for page, answers in said.items()}, "iban": Iban(iban).masked() if iban else None,
        "place": place, "organisation": organisation, "alike": alike(db(), name) if name else (),
        "papers": papers.papers(db(), **_owner(draft)), "paper_kinds": PAPERS, "names": register.categories(),
        "places": register.places(), "kinds": register.KINDS, "languages_spoken": register.LANGUAGES,
        "claim_names": register.CLAIMS, "claim_text": register.claim_text, "legal_forms": LEGAL_FORMS,
    }  # fmt: skip


@bp.post("/ask")
@guarded(policy.JOIN)
def ask() -> Any:
    """Ask for a role in the organisation that has this number; the answer does not tell which one it is."""
    permit(policy.may(actor()))
    given = {name: request.form.get(name, "")[:40] or None for name in SAME}
    return submit(
        Button(),
        lambda session: services.ask_to_join(session, given=given, actor=actor(), at=now()),
        then=lambda _none: url_for("enrolment.index"),
        said=_("Gevraagd. De mensen van die organisatie krijgen bericht met uw naam en e-mailadres."),
        page=index,
    )


@bp.post("/give-up")
@guarded(policy.JOIN)
def give_up() -> Any:
    """Throw the unfinished registration away."""

    def away(session: Any) -> None:
        found = queries.find_draft(session, actor())
        if found is not None:
            services.give_up(session, draft=found)

    return submit(
        Button(), away, then=lambda _none: url_for("enrolment.index"),
        said=_("Uw antwoorden en stukken zijn gewist."), page=index,
    )  # fmt: skip
