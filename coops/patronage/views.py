"""Pages of the distribution of a surplus: the board's, and one's own part."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from coops.capital.rules import book_year
from coops.members import queries as registers
from coops.members.views import home, refused
from coops.patronage import forms, policy, queries, services
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit

bp = Blueprint("patronage", __name__)


@bp.get("/surplus")
@guarded(policy.DIVIDE)
def index() -> str:
    """The distributions of the own cooperative."""
    return render_template("coops/patronage/index.html", made=queries.distributions(db(), home()))


@bp.route("/surplus/propose", methods=["GET", "POST"])
@guarded(policy.DIVIDE)
def propose() -> Any:
    """Propose how to divide a surplus."""
    form = forms.DistributionForm()
    return submit(
        form,
        lambda session: services.propose(session, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("patronage.show", public_id=made.public_id),
        said=_("De verdeling is gemaakt. Leg haar nu voor aan de leden."),
        page=lambda: render_template(
            "coops/patronage/propose.html",
            form=form,
            members=registers.members_during(db(), home(), book_year(local_date(now()).year - 1)),
        ),
    )


@bp.route("/surplus/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.DIVIDE)
def show(public_id: UUID) -> Any:
    """One distribution; posting it after members decided."""
    found = queries.distribution(db(), public_id, home())
    form = forms.PostForm(motions=queries.carried(db(), found))
    return submit(
        form,
        lambda session: services.post_distribution(
            session, distribution=queries.distribution(session, public_id, home()),
            motion_id=UUID(form.motion.data), actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("patronage.show", public_id=public_id),
        said=_("Geboekt. Elk lid ziet nu het eigen deel."),
        page=lambda: render_template(
            "coops/patronage/show.html", form=form, made=found, bases=forms.BASES,
            result=queries.result(db(), home(), found.year),
        ),
    )  # fmt: skip


@bp.get("/surplus/<uuid:public_id>/members.csv")
@guarded(policy.DIVIDE)
def listing(public_id: UUID) -> Any:
    """Each member's part as a file, for the accountant."""
    found = queries.distribution(db(), public_id, home())
    head = ("year", "member", "basis", "units", "amount", "transfer", "undone", "undone_why")
    rows = (
        (
            found.year, each.member.number, found.basis, each.units, Money(each.minor),
            "" if found.transfer is None else str(found.transfer), "yes" if found.undone_at else "no",
            found.undone_why or "",
        )
        for each in sorted(found.shares, key=lambda share: share.member.number)
    )  # fmt: skip
    return csv_file(f"surplus-{found.year}", head, rows)


@bp.post("/surplus/<uuid:public_id>/withdraw")
@guarded(policy.DIVIDE)
def withdraw(public_id: UUID) -> Any:
    """Take a proposal back that was not posted yet."""
    form = Button()
    return submit(
        form,
        lambda session: services.withdraw_distribution(
            session, distribution=queries.distribution(session, public_id, home()), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("patronage.index"),
        said=_("Dit voorstel is teruggenomen. Er is niets geboekt. U kunt een nieuw maken."),
        page=lambda: refused(form, url_for("patronage.show", public_id=public_id)),
    )


@bp.route("/surplus/<uuid:public_id>/undo", methods=["GET", "POST"])
@guarded(policy.DIVIDE)
def undo(public_id: UUID) -> Any:
    """Take a distribution back whole, with the reason."""
    form, found = forms.UndoForm(), queries.distribution(db(), public_id, home())
    back = url_for("patronage.show", public_id=public_id)
    if request.method == "GET" and (found.undone_at is not None or found.posted_at is None):
        return passed(back, _("Hier is niets terug te draaien."))
    return submit(
        form,
        lambda session: services.undo_distribution(
            session, distribution=queries.distribution(session, public_id, home()), why=form.why.data or "",
            actor=actor(), at=now(),
        ),
        then=lambda _done: back,
        said=_("Teruggedraaid. Beide boekingen blijven te zien. De leden kregen bericht."),
        page=lambda: render_template("coops/patronage/undo.html", form=form, made=found, back=back),
    )  # fmt: skip


@bp.get("/membership/surplus")
@guarded(policy.SEE)
def own() -> str:
    """One's own part of each distribution."""
    mine = registers.own(db(), actor())
    return render_template(
        "coops/patronage/own.html", shares=queries.shares_of(db(), mine.id), bases=forms.BASES
    )
