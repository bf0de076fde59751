"""Pages of leaving: for the board, and one's own."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from coops.capital import queries as capital
from coops.capital.forms import PayOutForm
from coops.capital.rules import Pot
from coops.leaving import forms, policy, queries, rules, services
from coops.leaving.rules import LeavingKind
from coops.members import policy as registers_policy
from coops.members import queries as registers
from coops.members.forms import KINDS as MEMBER_KINDS
from coops.members.views import home, refused
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit

bp = Blueprint("leaving", __name__)


@bp.get("/leaving")
@guarded(policy.SETTLE)
def index() -> str:
    """Who leaves or left the own cooperative."""
    return render_template(
        "coops/leaving/index.html", leavings=queries.leavings(db(), home()), kinds=forms.KINDS
    )


@bp.get("/leaving/list.csv")
@guarded(policy.SETTLE)
def listing() -> Any:
    """The same as a file."""
    head = (
        "member",
        "kind",
        "noted_at",
        "gone_on",
        "settled_at",
        "left_on",
        "capital",
        "unpaid",
        "loss",
        "repay",
    )
    rows = (
        (
            each.member.number, each.kind, each.noted_at, each.gone_on, each.settled_at, each.member.left_on,
            *(
                None if minor is None else Money(minor)
                for minor in (each.capital_minor, each.unpaid_minor, each.loss_minor, each.repay_minor)
            ),
        )
        for each in queries.leavings(db(), home())
    )  # fmt: skip
    return csv_file("leaving", head, rows)


@bp.route("/members/<uuid:public_id>/leave", methods=["GET", "POST"])
@guarded(policy.SETTLE)
def note(public_id: UUID) -> Any:
    """The board notes that a member leaves."""
    found = registers.member(db(), public_id, home())
    form = forms.LeavingForm()
    return submit(
        form,
        lambda session: services.note_leaving(
            session,
            member=registers.member(session, public_id, home()),
            actor=actor(),
            at=now(),
            **form.values(),
        ),
        then=lambda made: url_for("leaving.show", public_id=made.public_id),
        said=_("Het vertrek is opgeschreven."),
        page=lambda: render_template(
            "coops/leaving/note.html", form=form, member=found, days=rules.HEARD_DAYS
        ),
    )


@bp.get("/leaving/<uuid:public_id>")
@guarded(policy.SETTLE)
def show(public_id: UUID) -> str:
    """One leaving: why, from when, what becomes of the capital."""
    found = queries.leaving(db(), public_id, home())
    [holding] = capital.holdings(db(), [found.member])
    terms = capital.find_terms(db(), home())
    room = queries.room(db(), home(), local_date(now()).year, terms.repay_percent) if terms else None
    return render_template(
        "coops/leaving/show.html", leaving=found, member=found.member, kinds=forms.KINDS, holding=holding, room=room,
        is_expulsion=found.kind == LeavingKind.EXPULSION,
        stayed=found.member.left_on is not None and found.member.left_on > found.gone_on,
    )  # fmt: skip


@bp.route("/leaving/<uuid:public_id>/settle", methods=["GET", "POST"])
@guarded(policy.SETTLE)
def settle(public_id: UUID) -> Any:
    """End the membership and settle the capital."""
    found = queries.leaving(db(), public_id, home())
    member = found.member
    form = forms.SettleForm(data={"loss": Money(0)})
    back = url_for("leaving.show", public_id=public_id)
    return submit(
        form,
        lambda session: services.settle(
            session, leaving=queries.leaving(session, public_id, home()), loss=form.loss.data or Money(0),
            actor=actor(), at=now(),
        ),
        then=lambda _done: back,
        said=_("Afgerekend en geboekt. Het lidmaatschap is voorbij."),
        page=lambda: render_template(
            "coops/leaving/settle.html", form=form, leaving=found, member=member,
            holding=capital.holdings(db(), [member])[0],
        ),
    )  # fmt: skip


@bp.route("/leaving/<uuid:public_id>/repay", methods=["GET", "POST"])
@guarded(policy.SETTLE)
def repay(public_id: UUID) -> Any:
    """Book what was repaid."""
    found = queries.leaving(db(), public_id, home())
    member, form = found.member, PayOutForm()
    return submit(
        form,
        lambda session: services.repay(
            session, leaving=queries.leaving(session, public_id, home()), actor=actor(), at=now(), **form.values(),
        ),
        then=lambda _done: url_for("leaving.show", public_id=public_id),
        said=_("De betaling is geboekt."),
        page=lambda: render_template(
            "coops/leaving/repay.html", form=form, leaving=found, member=member,
            still=capital.holdings(db(), [member])[0].pots[Pot.REPAY],
        ),
    )  # fmt: skip


@bp.post("/leaving/<uuid:public_id>/withdraw")
@guarded(policy.SETTLE)
def withdraw(public_id: UUID) -> Any:
    """The member stays after all."""
    form = Button()
    return submit(
        form,
        lambda session: services.withdraw(
            session, leaving=queries.leaving(session, public_id, home()), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("leaving.index"),
        said=_("Dit lid blijft."),
        page=lambda: refused(form, url_for("leaving.show", public_id=public_id)),
    )


@bp.get("/membership")
@guarded(registers_policy.OWN)
def membership() -> str:
    """The reader's own row in the register, and that it ends."""
    mine = registers.find_own(db(), actor())
    return render_template(
        "coops/leaving/membership.html", member=mine, kinds=MEMBER_KINDS, has_account=True,
        leaving=None if mine is None else queries.find_leaving(db(), mine.id),
    )  # fmt: skip


@bp.route("/membership/leave", methods=["GET", "POST"])
@guarded(policy.LEAVE)
def own() -> Any:
    """A member gives notice, or sees that the own membership ends."""
    mine = registers.own(db(), actor())
    found = queries.find_leaving(db(), mine.id)
    terms = capital.find_terms(db(), home())
    form = Button()
    return submit(
        form,
        lambda session: services.give_notice(
            session, member=registers.own(session, actor()), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("leaving.own"),
        said=_("Uw opzegging is bewaard. Het bestuur ziet haar."),
        page=lambda: render_template(
            "coops/leaving/own.html", form=form, member=mine, leaving=found, kinds=forms.KINDS,
            holding=capital.holdings(db(), [mine])[0],
            may_answer=found is not None and found.kind == LeavingKind.EXPULSION and not found.answered_at
            and local_date(now()) <= found.gone_on,
            gone_on=rules.leaves_on(LeavingKind.NOTICE, local_date(now()), terms.notice_months) if terms else None,
        ),
    )  # fmt: skip


@bp.route("/leaving/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.SETTLE)
def note_answer(public_id: UUID) -> Any:
    """The board writes down what who is to be expelled said."""
    form, found = forms.NotedAnswerForm(), queries.leaving(db(), public_id, home())
    back, member = url_for("leaving.show", public_id=public_id), found.member
    if request.method == "GET" and found.answered_at is not None:
        return passed(back, _("Het antwoord staat er al."))
    return submit(
        form,
        lambda session: services.note_answer(
            session, leaving=queries.leaving(session, public_id, home()), way=form.way.data,
            text=form.answer.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: back, said=_("Bewaard. Heeft het lid een mailadres, dan kreeg het een brief."),
        page=lambda: render_template("coops/leaving/note_answer.html", form=form, member=member, back=back),
    )  # fmt: skip


@bp.route("/membership/leave/answer", methods=["GET", "POST"])
@guarded(policy.LEAVE)
def answer() -> Any:
    """Who is to be expelled answers."""
    found = queries.own_leaving(db(), registers.own(db(), actor()).id)
    form = forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer(
            session, leaving=queries.own_leaving(session, registers.own(session, actor()).id),
            text=form.answer.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("leaving.own"),
        said=_("Uw antwoord is bewaard. Het bestuur leest het voor het beslist."),
        page=lambda: render_template("coops/leaving/answer.html", form=form, leaving=found),
    )  # fmt: skip
