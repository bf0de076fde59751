"""The page where an answer of the bank about a file is taken in, and those of before."""

from typing import Any

from flask import Blueprint, flash, render_template, url_for

from cwb.files.rules import MEGA
from cwb.web.guards import guarded
from cwb.web.i18n import _, number
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import submit
from ledger.bankdesk.policy import USE
from ledger.verdicts import queries, rules, services
from ledger.verdicts.forms import AnswerForm
from ledger.verdicts.gateway import MOST_BYTES
from ledger.verdicts.models import BankReport

bp = Blueprint("verdicts", __name__, url_prefix="/bank/answers")


def _own() -> int:
    return actor().organisation_id or 0


@bp.route("", methods=["GET", "POST"])
@takes_files(MOST_BYTES)
@guarded(USE)
def index() -> Any:
    """Take an answer in; those of before, with what was left alone."""
    form = AnswerForm()
    return submit(
        form,
        lambda session: services.take_report(
            session, party_id=_own(), content=form.file.data.read(), actor=actor(), at=now()
        ),
        then=_done,
        page=lambda: render_template(
            "ledger/verdicts/index.html", form=form, page=paged(db(), queries.reports(_own())), names=rules.NAMES,
            tones=rules.TONES, skips=rules.SKIPS, mega=MOST_BYTES // MEGA,
        ),
    )  # fmt: skip


def _done(made: BankReport) -> str:
    """Say what it was."""
    flash(
        _("Antwoord gelezen. Geweigerd: %(refused)s. Overgeslagen: %(left)s.",
          refused=number(made.refused), left=number(len(made.skipped))),
        "good",
    )  # fmt: skip
    return url_for("verdicts.index")


@bp.get("/list.csv")
@guarded(USE)
def listing() -> Any:
    """The same as a file: one row an answer."""
    head = ("read_at", "number", "about", "file", "standing", "refused", "skipped")
    rows = (
        (
            each.read_at, each.number, "transfers" if each.batch else "debits",
            each.batch.message_id if each.batch else each.file.message_id if each.file else "", each.standing.value,
            each.refused, "; ".join(f"{mark}: {why}" for mark, why in each.skipped),
        )
        for each in db().scalars(queries.reports(_own()))
    )  # fmt: skip
    return csv_file("bank-answers", head, rows)
