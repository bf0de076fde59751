"""Pages of a meeting with its votes: reading, voting, counting."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.meetings import forms as meeting_forms
from coops.meetings import queries as meetings
from coops.meetings.models import Meeting, Motion
from coops.meetings.rules import State
from coops.meetings.views import is_board
from coops.members import queries as registers
from coops.members.rules import VOTING
from coops.members.views import home, refused
from coops.votes import forms, policy, queries, services
from coops.votes.rules import Choice
from cwb.kernel.clock import local_date
from cwb.web.forms import Button, Form
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("votes", __name__)


@bp.get("/meetings/<uuid:public_id>")
@guarded(policy.VOTE)
def meeting(public_id: UUID) -> str:
    """A meeting: agenda, who is there, what is put to the vote and what became of it."""
    found = meetings.meeting(db(), public_id, home(), with_drafts=is_board())
    mine = registers.find_own(db(), actor())
    attending = meetings.attendance(db(), found.id)
    motion_ids = [each.id for each in found.motions]
    closed = found.state is State.CLOSED
    return render_template(
        "coops/votes/meeting.html",
        meeting=found,
        state=found.state.value,
        states=meeting_forms.STATES,
        majorities=meeting_forms.MAJORITIES,
        outcomes=forms.OUTCOMES,
        is_board=is_board(),
        may_open=local_date(now()) >= local_date(found.meets_at),
        mine=mine,
        has_vote=mine is not None and mine.kind in VOTING,
        hindrances={
            each.id: queries.hindrance(db(), each, mine)
            for each in found.motions
            if mine and each.opened_at and not each.closed_at
        },
        whys=forms.HINDRANCES,
        unreached=meetings.unreached(db(), home())
        if is_board() and found.state in {State.CONVENED, State.CALLED_OFF}
        else (),
        my_attendance=next((each for each in attending if mine and each.member_id == mine.id), None),
        given_to_me=[each.member for each in attending if mine and each.holder_id == mine.id],
        attending=attending if is_board() or closed else (),
        here=len(queries.here(db(), found.id)),
        voters=found.voters if found.voters is not None else len(meetings.voters(db(), home())),
        tallies=queries.tallies(db(), motion_ids),
        turnout=queries.turnout(db(), motion_ids),
    )


@bp.get("/meetings/decisions.csv")
@guarded(policy.VOTE)
def decisions() -> Any:
    """Every decision of members, as a file."""
    rows = db().execute(
        select(Motion, Meeting)
        .join(Motion.meeting)
        .where(Meeting.organisation_id == home(), Motion.closed_at.is_not(None))
        .order_by(Meeting.meets_at, Motion.position)
    ).all()  # fmt: skip
    tallies = queries.tallies(db(), [motion.id for motion, _ in rows])
    head = (
        "meeting",
        "meets_at",
        "motion",
        "secret",
        "majority",
        "for",
        "against",
        "abstain",
        "outcome",
        "why",
    )
    lines = (
        (
            held.title, held.meets_at, motion.title, "yes" if motion.secret else "no", motion.majority,
            *tallies.get(motion.id, ("", "", "")), motion.outcome, motion.withdrawn_why or "",
        )
        for motion, held in rows
    )  # fmt: skip
    return csv_file("decisions", head, lines)


@bp.route("/motions/<uuid:public_id>/vote", methods=["GET", "POST"])
@guarded(policy.VOTE)
def cast(public_id: UUID) -> Any:
    """Vote, for oneself or for who gave a proxy."""
    found = meetings.motion(db(), public_id, home())
    mine = registers.own(db(), actor())
    able = queries.may_cast(db(), found, mine)
    form = forms.VoteForm(members=able)
    if len(able) == 1 and form.voter.data is None:
        form.voter.data = str(able[0].public_id)
    return _submit(
        found,
        form,
        lambda session, motion: services.cast_vote(
            session, motion=motion, voter=registers.member(session, UUID(form.voter.data), home()),
            member=registers.own(session, actor()), choice=Choice(form.choice.data),
        ),
        said=_("Uw stem is geteld."),
        page=lambda: render_template(
            "coops/votes/vote.html", form=form, motion=found, able=able,
            why=(why := queries.hindrance(db(), found, mine)), whys=forms.HINDRANCES,
            may_come=why is None and not able,
        ),
    )  # fmt: skip


@bp.route("/motions/<uuid:public_id>/room", methods=["GET", "POST"])
@guarded(policy.COUNT)
def room(public_id: UUID) -> Any:
    """Count votes in the room."""
    found = meetings.motion(db(), public_id, home())
    form = forms.RoomForm(members=queries.still_to_vote(db(), found))
    return _submit(
        found,
        form,
        lambda session, motion: services.count_room(
            session, motion=motion, tally=form.tally(), actor=actor(), at=now(),
            members=[registers.member(session, UUID(key), home()) for key in form.members.data or ()],
        ),
        said=_("De stemmen zijn geteld."),
        page=lambda: render_template("coops/votes/room.html", form=form, motion=found),
    )  # fmt: skip


@bp.post("/motions/<uuid:public_id>/<any(open, close):act>")
@guarded(policy.COUNT)
def lead(public_id: UUID, act: str) -> Any:
    """Open or close a vote."""
    do = services.open_vote if act == "open" else services.close_vote
    return _submit(
        meetings.motion(db(), public_id, home()),
        Button(),
        lambda session, motion: do(session, motion=motion, actor=actor(), at=now()),
        said=_("De stemming is open.") if act == "open" else _("De stemming is gesloten en geteld."),
    )


@bp.route("/motions/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@guarded(policy.COUNT)
def withdraw(public_id: UUID) -> Any:
    """Take a motion off the agenda of an open meeting, with the reason."""
    found = meetings.motion(db(), public_id, home())
    form = forms.WithdrawForm()
    return _submit(
        found,
        form,
        lambda session, motion: services.withdraw(
            session, motion=motion, why=form.why.data or "", actor=actor(), at=now()
        ),
        said=_("Het voorstel is van de agenda. De reden staat erbij, ook in de notulen."),
        page=lambda: render_template("coops/votes/withdraw.html", form=form, motion=found),
    )


def _submit(
    motion: Motion, form: Form, act: Callable[[Session, Motion], object], *, said: Any, page: Any = None
) -> Any:
    """Do something to a motion of the own cooperative and show its meeting again."""
    back = url_for("votes.meeting", public_id=motion.meeting.public_id)
    return submit(
        form,
        lambda session: act(session, meetings.motion(session, motion.public_id, home())),
        then=lambda _done: back,
        said=said,
        page=page or (lambda: refused(form, back)),
    )
