"""The opening: who must come, the two steps, and the record."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from werkzeug import Response

from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting
from cwb.web.forms import Form
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.bids.queries import database_now, late_attempts
from procurement.envelopes.rules import Fault
from procurement.missions import rules as mission_rules
from procurement.missions.models import Mission
from procurement.opening import policy, queries, rules, services
from procurement.opening.errors import OpeningNotFound
from procurement.opening.forms import NoBidsForm, PassphraseForm, ReleaseForm
from procurement.opening.rules import Step
from procurement.reserved.queries import in_force
from procurement.reserved.rules import FITS, STANDINGS, Standing
from procurement.sealing import queries as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.sealing.models import ShareRelease, TenderKey
from procurement.tenders.models import Tender
from procurement.workplaces.models import WorkplaceCount
from procurement.workplaces.rules import RESERVED, share

bp = Blueprint("opening", __name__, url_prefix="/tenders/<number>/opening")

FAULTS = {
    Fault.UNREADABLE: N_("Niet te lezen: het zegel is beschadigd."),
    Fault.HASH: N_("Het controlegetal klopt niet."),
    Fault.OTHER_TENDER: N_("Hoort bij een andere aanbesteding."),
    Fault.OTHER_LOT: N_("Hoort bij een ander perceel."),
    Fault.OTHER_BID: N_("Hoort bij een andere inschrijving."),
    Fault.OTHER_VERSION: N_("Hoort bij een andere versie."),
    Fault.CONTENT: N_("De inhoud is geen inschrijving."),
    Fault.REPLACED: N_("Verschilt van de kopie van de inschrijver."),
}


def _seen(number: str) -> Tender:
    """The tender, when this actor may see its opening; else it is not known to exist."""
    tender = queries.tender(db(), number)
    if not policy.may(actor(), policy.SEE_RECORD, tender):
        raise OpeningNotFound
    return tender


def _key(tender: Tender) -> TenderKey | None:
    return None if tender.key_id is None else sealing.tender_key(db(), tender.key_id)


def _step(tender: Tender, releases: Sequence[ShareRelease], given: ShareRelease | None) -> Step:
    return rules.step(
        is_stopped=bool(tender.cancelled_at) or (bool(tender.unsuccessful_at) and not tender.opened_at),
        is_opened=tender.opened_at is not None,
        is_closed=tender.closes_at is not None and database_now(db()) >= tender.closes_at,
        is_released_to_me=any(each.to_user_id == actor().user_id for each in releases),
        is_given=given is not None,
    )


def _given(found: Sequence[ShareRelease]) -> ShareRelease | None:
    """The newest of these shares that this person released."""
    return next((each for each in reversed(found) if each.share.user_id == actor().user_id), None)


def _release_form(key: TenderKey | None) -> ReleaseForm:
    form = ReleaseForm()
    shares = [each for each in key.shares if each.user_id != actor().user_id] if key else []
    shares.sort(key=lambda each: each.part != "officer")
    form.to.choices = [
        (
            each.user_id,
            each.user.name if each.part == "officer" else _("%(name)s (reservehouder)", name=each.user.name),
        )
        for each in shares
    ]
    if not form.is_submitted() and shares:
        form.to.data = shares[0].user_id
    return form


def _counts(tender: Tender) -> list[tuple[WorkplaceCount, Standing]]:
    """How those who bid on a reserved contract stood at its deadline, for the buyer and auditors."""
    who = actor()
    if tender.reservation != RESERVED or not (rules.buys(who, tender.buyer_id) or who.has(Role.AUDITOR)):
        return []
    ids = {key for each in queries.opened(db(), tender.id, members=True) for key in each.party_ids}
    percent, day = law().reserved_workplaces.share_percent, local_date(tender.closes_at or now())
    return [
        (each, each.standing(day, percent))
        for each in in_force(db(), WorkplaceCount, ids, tender.closes_at or now()).values()
    ]


def _missions(tender: Tender) -> list[tuple[Mission, Standing]]:
    """The same for services reserved under 2.82a: what each answered, as it stood at the deadline."""
    who = actor()
    if tender.reservation != mission_rules.RESERVED or not (
        rules.buys(who, tender.buyer_id) or who.has(Role.AUDITOR)
    ):
        return []
    ids = {key for each in queries.opened(db(), tender.id, members=True) for key in each.party_ids}
    moment = tender.closes_at or now()
    return [
        (each, each.standing(local_date(moment))) for each in in_force(db(), Mission, ids, moment).values()
    ]


def _page(number: str, form: Form | None = None) -> str:
    tender = _seen(number)
    key = _key(tender)
    releases = sealing.releases(db(), key.id) if key else []
    given = _given(releases)
    step = _step(tender, releases, given)
    takes_part = step in {Step.RELEASE, Step.GIVEN, Step.OPEN} and services.may_take_part(
        tender, key, actor()
    )
    if form is None and takes_part:
        form = PassphraseForm() if step is Step.OPEN else _release_form(key)
    opening = queries.find_opening(db(), tender.id)
    return render_template(
        "procurement/opening/show.html",
        tender=tender, key=key, step=step.value, form=form, takes_part=takes_part, opening=opening,
        given=given,
        releases=releases,
        received=queries.received_list(db(), tender.id) if opening else [],
        late=late_attempts(db(), tender.id) if opening else [],
        accesses=queries.accesses(db(), tender.id)[:20] if opening else [],
        counts=_counts(tender) if opening else [],
        missions=_missions(tender) if opening else [], mission_rules=mission_rules,
        standings=STANDINGS, fits=FITS, share=share, faults=FAULTS,
        buys=rules.buys(actor(), tender.buyer_id), no_bids_form=NoBidsForm(),
    )  # fmt: skip


@bp.get("")
@guarded(policy.SEE_RECORD)
def show(number: str) -> str:
    """What can be done now, or the record of what was."""
    return _page(number)


@bp.post("/release")
@guarded(policy.OPEN)
def release(number: str) -> Any:
    """The first of the two."""
    tender = _seen(number)
    form = _release_form(_key(tender))
    return submit(
        form,
        lambda s: services.release(s, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _given: url_for("opening.show", number=number),
        said=_("Uw deel is vrijgegeven. Nu opent de tweede persoon, met een eigen wachtzin."),
        page=lambda: _page(number, form),
    )


@bp.post("/open")
@guarded(policy.OPEN)
def open_bids(number: str) -> Any:
    """The second of the two."""
    tender = _seen(number)
    form = PassphraseForm()
    return submit(
        form,
        lambda s: services.open_bids(
            s,
            tender=tender,
            actor=actor(),
            passphrase=form.passphrase.data or "",
            keys=_house_keys(),
            at=now(),
        ),
        then=lambda _opening: url_for("opening.show", number=number),
        said=_("De inschrijvingen zijn geopend."),
        page=lambda: _page(number, form),
    )


def _house_keys() -> HouseKeys:
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


@bp.route("/unsuccessful", methods=["GET", "POST"])
@guarded(policy.END)
def unsuccessful(number: str) -> Any:
    """Nobody bid: end the tender, with a reason everyone reads."""
    tender = _seen(number)
    permit(policy.may(actor(), policy.END, tender))
    form = NoBidsForm()
    return submit(
        form,
        lambda s: services.end_without_bids(
            s, tender=tender, actor=actor(), reason=form.reason.data or "", at=now()
        ),
        then=lambda _ended: url_for("opening.show", number=number),
        said=_("De aanbesteding is beëindigd. Wie volgt, krijgt bericht."),
        page=lambda: render_template(
            "procurement/opening/unsuccessful.html", tender=_seen(number), form=form
        ),
    )


@bp.get("/record.csv")
@guarded(policy.SEE_RECORD)
def record(number: str) -> Response:
    """The list of what was received, as a file."""
    tender = _seen(number)
    if tender.opened_at is None:
        raise OpeningNotFound
    return csv_file(
        f"opening-{tender.number}",
        [_("Inschrijver"), _("Ontvangen"), _("Versie"), _("Controlegetal"), _("Bevinding"), _("Perceel")],
        [
            (each.party_name, each.received_at.astimezone(LOCAL), each.version, each.digest,
             _("In orde") if each.fault is None else translated(FAULTS[each.fault]),
             each.lot.number)
            for each in queries.received_list(db(), tender.id)
        ],
    )  # fmt: skip


tasks = Tasks(
    Waiting(
        N_("Open met een collega de inschrijvingen op %(number)s"), "opening.show", policy.OPEN.roles,
        queries.WAITING, {"number": "number"}, awaited=True,
    ),
)  # fmt: skip
"""Tenders whose bids wait for this holder of a share."""
