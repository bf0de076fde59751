"""Pages of complaints: of a holder (`/wallet/…/complaints`), of the programme and, as counts, of everybody."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.grievances import forms, queries, rules, services
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.wallets import policy as wallet_policy
from ledger.wallets import queries as wallets
from ledger.wallets.models import Wallet

bp = Blueprint("grievances", __name__, url_prefix="/currency/complaints")
own = Blueprint("own_grievances", __name__, url_prefix="/wallet")
counted = Blueprint("grievance_counts", __name__, url_prefix="/money-complaints")

COMMON: dict[str, Any] = {"instruments": INSTRUMENTS, "code_of": Code}


def _wallet(public_id: UUID) -> Wallet:
    party_id = wallet_policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id
    return wallets.wallet(db(), public_id, party_id)


@own.get("/<uuid:public_id>/complaints")
@guarded(wallet_policy.HOLD)
def mine(public_id: UUID) -> str:
    """What one complained about, and what was answered."""
    wallet = _wallet(public_id)
    return render_template(
        "ledger/grievances/mine.html", wallet=wallet, live=wallet.live, found=queries.of_wallet(db(), wallet.id),
        **COMMON,
    )  # fmt: skip


@own.route("/<uuid:public_id>/complaints/new", methods=["GET", "POST"])
@guarded(wallet_policy.HOLD)
def new(public_id: UUID) -> Any:
    """Complain."""
    wallet, form = _wallet(public_id), forms.GrievanceForm()
    there = url_for("own_grievances.mine", public_id=public_id)
    return submit(
        form,
        lambda session: services.file(session, wallet=wallet, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("Uw klacht is binnen. U krijgt binnen twee weken antwoord."),
        page=lambda: render_template(
            "ledger/wallets/act.html", title=_("Dien een klacht in"), form=form, back=there, live=wallet.live,
            about=_("Mensen van het programma lezen uw klacht. Anderen zien alleen aantallen."),
        ),
    )  # fmt: skip


@bp.get("")
@guarded(LOOK)
def index() -> str:
    """All complaints, those that wait first."""
    return render_template(
        "ledger/grievances/index.html", page=paged(db(), queries.all_()), runs=may(actor(), RUN),
        today=local_date(now()), **COMMON,
    )  # fmt: skip


@bp.get("/complaints.csv")
@guarded(LOOK)
def listing() -> Any:
    """The same as a file, without who wrote it."""
    rows = (
        (
            each.wallet.instrument_code, "real" if each.wallet.live else "simulation", each.filed_at, each.due_on,
            each.about, each.answered_at, each.answer, each.is_right,
        )
        for each in db().scalars(queries.all_())
    )  # fmt: skip
    columns = ("instrument", "money", "filed", "due", "about", "answered", "answer", "right")
    return csv_file("complaints", columns, rows)


@bp.route("/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(RUN)
def answer(public_id: UUID) -> Any:
    """Answer one."""
    found, form = queries.grievance(db(), public_id), forms.AnswerForm()
    there, live = url_for("grievances.index"), found.wallet.live
    if request.method == "GET" and found.answered_at is not None:
        return passed(there, _("Op deze klacht is al geantwoord. Er is niets veranderd."))
    return submit(
        form,
        lambda session: services.answer(
            session, public_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: there,
        said=_("Beantwoord. Wie klaagde, krijgt bericht."),
        page=lambda: render_template(
            "ledger/wallets/act.html", title=_("Beantwoord een klacht"), form=form, back=there,
            live=live, about=found.about,
        ),
    )  # fmt: skip


@counted.get("")
@public
def index_all() -> str:
    """How many complaints, for everybody."""
    return render_template(
        "ledger/grievances/counts.html", found=queries.counts(db()), shown=rules.shown, days=rules.TERM.days,
        **COMMON,
    )  # fmt: skip
