"""Pages of planning and holding meetings; the meeting itself is shown with its votes (`coops.votes.views`)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from coops.meetings import forms, policy, queries, services
from coops.meetings.models import Meeting
from coops.meetings.rules import State
from coops.members import queries as registers
from coops.members.views import home, refused
from cwb.kernel.policy import Role
from cwb.web.forms import Button, Form
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit

bp = Blueprint("meetings", __name__)


def is_board() -> bool:
    """Whether the reader leads meetings here."""
    return actor().has(Role.BOARD)


@bp.get("/meetings")
@guarded(policy.TAKE_PART)
def index() -> str:
    """The meetings of the own cooperative."""
    page = paged(db(), queries.meetings(home(), with_drafts=is_board()))
    return render_template("coops/meetings/index.html", page=page, states=forms.STATES, is_board=is_board())


@bp.route("/meetings/terms", methods=["GET", "POST"])
@guarded(policy.LEAD)
def terms() -> Any:
    """Write down what the statutes say about meetings."""
    form = forms.TermsForm(setting=queries.find_setting(db(), home()))
    return submit(
        form,
        lambda session: services.set_terms(
            session, terms=form.terms(), version=form.seen(), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("meetings.index"),
        said=_("Bewaard. Vergaderingen die al gepland zijn, houden hun eigen regels."),
        page=lambda: render_template("coops/meetings/terms.html", form=form),
    )


@bp.route("/meetings/plan", methods=["GET", "POST"])
@guarded(policy.LEAD)
def plan() -> Any:
    """Prepare a meeting, or one instead of a meeting that was called off."""
    given = request.args.get("instead_of", type=UUID)
    old = None if given is None else queries.meeting(db(), given, home())
    form = forms.MeetingForm(data=_said_before(old))
    return submit(
        form,
        lambda session: services.plan_meeting(
            session, facts=form.facts(), actor=actor(), at=now(),
            instead_of=None if given is None else queries.meeting(session, given, home()),
        ),
        then=lambda made: url_for("votes.meeting", public_id=made.public_id),
        said=_("De vergadering is voorbereid. Kijk de voorstellen na en roep de leden op.")
        if old
        else _("De vergadering is voorbereid. Zet nu voorstellen op de agenda."),
        page=lambda: render_template(
            "coops/meetings/plan.html", form=form, terms=queries.terms(db(), home()), old=old
        ),
    )  # fmt: skip


def _said_before(old: Meeting | None) -> dict[str, str]:
    return {} if old is None else {"title": old.title, "place": old.place, "agenda": old.agenda}


@bp.route("/meetings/<uuid:public_id>/motions/add", methods=["GET", "POST"])
@guarded(policy.LEAD)
def add_motion(public_id: UUID) -> Any:
    """Put something on the agenda."""
    found = queries.meeting(db(), public_id, home())
    form = forms.MotionForm()
    return _submit(
        public_id,
        form,
        lambda session, meeting: services.add_motion(
            session, meeting=meeting, facts=form.facts(), actor=actor(), at=now()
        ),
        said=_("Het voorstel staat op de agenda."),
        page=lambda: render_template("coops/meetings/motion.html", form=form, meeting=found),
    )


@bp.post("/meetings/<uuid:public_id>/motions/<uuid:motion_id>/drop")
@guarded(policy.LEAD)
def drop_motion(public_id: UUID, motion_id: UUID) -> Any:
    """Take something off an agenda in preparation."""
    return _submit(
        public_id,
        Button(),
        lambda session, meeting: services.drop_motion(
            session, meeting=meeting, public_id=motion_id, actor=actor(), at=now()
        ),
        said=_("Het voorstel is van de agenda."),
    )


@bp.route("/meetings/<uuid:public_id>/convene", methods=["GET", "POST"])
@guarded(policy.LEAD)
def convene(public_id: UUID) -> Any:
    """Call members together, after a look at who gets the letter and who does not."""
    found = queries.meeting(db(), public_id, home())
    if request.method == "GET" and found.state is not State.DRAFT:
        return passed(url_for("votes.meeting", public_id=public_id), _("De leden zijn al opgeroepen."))
    form, unreached = Button(), queries.unreached(db(), home())
    return _submit(
        public_id,
        form,
        lambda session, meeting: services.convene(session, meeting=meeting, actor=actor(), at=now()),
        said=_("Wie een e-mailadres heeft, is opgeroepen. Bel de anderen of geef hun de brief.")
        if unreached
        else _("De leden zijn opgeroepen."),
        page=lambda: render_template(
            "coops/meetings/convene.html", form=form, meeting=found, unreached=unreached,
            count=len(registers.members(db(), home())) - len(unreached),
        ),
    )  # fmt: skip


@bp.post("/meetings/<uuid:public_id>/open")
@guarded(policy.LEAD)
def begin(public_id: UUID) -> Any:
    """Open the meeting."""
    return _submit(
        public_id,
        Button(),
        lambda session, meeting: services.open_meeting(session, meeting=meeting, actor=actor(), at=now()),
        said=_("De vergadering is open."),
    )


@bp.route("/meetings/<uuid:public_id>/call-off", methods=["GET", "POST"])
@guarded(policy.LEAD)
def call_off(public_id: UUID) -> Any:
    """Call off a meeting that members were called to."""
    found = queries.meeting(db(), public_id, home())
    if request.method == "GET" and found.state is not State.CONVENED:
        return passed(url_for("votes.meeting", public_id=public_id), _("Afzeggen kan hier niet meer."))
    form = forms.CallOffForm()
    return _submit(
        public_id,
        form,
        lambda session, meeting: services.call_off(
            session, meeting=meeting, why=form.why.data or "", actor=actor(), at=now()
        ),
        said=_("De vergadering gaat niet door. De leden krijgen een mail met de reden."),
        page=lambda: render_template("coops/meetings/call_off.html", form=form, meeting=found),
    )


@bp.route("/meetings/<uuid:public_id>/close", methods=["GET", "POST"])
@guarded(policy.LEAD)
def close(public_id: UUID) -> Any:
    """Close the meeting with its minutes."""
    found = queries.meeting(db(), public_id, home())
    form = forms.MinutesForm()
    return _submit(
        public_id,
        form,
        lambda session, meeting: services.close_meeting(
            session, meeting=meeting, minutes=form.minutes.data or "", actor=actor(), at=now()
        ),
        said=_("De vergadering is gesloten. De notulen staan vast."),
        page=lambda: render_template("coops/meetings/close.html", form=form, meeting=found),
    )


@bp.route("/meetings/<uuid:public_id>/present", methods=["GET", "POST"])
@guarded(policy.LEAD)
def present(public_id: UUID) -> Any:
    """Note who is in the room."""
    found = queries.meeting(db(), public_id, home())
    there = {each.member_id for each in queries.attendance(db(), found.id) if each.holder_id is None}
    form = forms.PresentForm(members=[each for each in queries.voters(db(), home()) if each.id not in there])
    return _submit(
        public_id,
        form,
        lambda session, meeting: services.note_present(
            session, meeting=meeting, actor=actor(), at=now(),
            members=[registers.member(session, UUID(key), home()) for key in form.members.data or ()],
        ),
        said=_("Aangetekend."),
        page=lambda: render_template("coops/meetings/present.html", form=form, meeting=found),
    )  # fmt: skip


@bp.post("/meetings/<uuid:public_id>/come")
@guarded(policy.TAKE_PART)
def come(public_id: UUID) -> Any:
    """Say that one is there."""
    return _submit(
        public_id,
        Button(),
        lambda session, meeting: services.come(
            session, meeting=meeting, member=registers.own(session, actor()), at=now()
        ),
        said=_("U bent er. U kunt nu stemmen."),
    )


@bp.route("/meetings/<uuid:public_id>/proxy", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def proxy(public_id: UUID) -> Any:
    """Let another member vote."""
    found = queries.meeting(db(), public_id, home(), with_drafts=is_board())
    mine = registers.own(db(), actor())
    form = forms.ProxyForm(members=[each for each in queries.voters(db(), home()) if each.id != mine.id])
    return _submit(
        public_id,
        form,
        lambda session, meeting: services.give_proxy(
            session, meeting=meeting, giver=registers.own(session, actor()),
            holder=registers.member(session, UUID(form.holder.data), home()), at=now(),
        ),
        said=_("Uw volmacht is bewaard."),
        page=lambda: render_template("coops/meetings/proxy.html", form=form, meeting=found),
    )  # fmt: skip


@bp.post("/meetings/<uuid:public_id>/proxy/take-back")
@guarded(policy.TAKE_PART)
def take_back(public_id: UUID) -> Any:
    """Take a proxy back."""
    return _submit(
        public_id,
        Button(),
        lambda session, meeting: services.take_back_proxy(
            session, meeting=meeting, giver=registers.own(session, actor())
        ),
        said=_("Uw volmacht is ingetrokken."),
    )


def _submit(
    public_id: UUID,
    form: Form,
    act: Callable[[Session, Meeting], object],
    *,
    said: Any,
    page: Any = None,
) -> Any:
    """Do something to a meeting of the own cooperative and show it again."""
    back = url_for("votes.meeting", public_id=public_id)
    return submit(
        form,
        lambda session: act(session, queries.meeting(session, public_id, home(), with_drafts=is_board())),
        then=lambda _done: back,
        said=said,
        page=page or (lambda: refused(form, back)),
    )
