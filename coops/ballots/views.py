"""Pages of votes about local money (`/ballots`)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from coops.ballots import forms, policy, queries, rules, services
from coops.ballots.rules import Kind, State
from coops.residency import policy as residency_policy
from coops.residency.queries import lives_here
from coops.votes.forms import OUTCOMES
from cwb.identity.queries import user as user_by_id
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit
from ledger.conditions import queries as conditions
from ledger.feefund.queries import held
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.rules import INSTRUMENTS, Code

bp = Blueprint("ballots", __name__, url_prefix="/ballots")

COMMON: dict[str, Any] = {
    "instruments": INSTRUMENTS, "kinds": rules.KIND_NAMES, "states": rules.STATE_NAMES, "outcomes": OUTCOMES,
    "state_of": lambda each: rules.state_of(each, now()),
}  # fmt: skip


def _instrument(text: str) -> Instrument:
    try:
        return instruments.instrument(db(), Code(text))
    except ValueError:
        raise InstrumentUnknown from None


@bp.get("")
@public
def index() -> str:
    """All votes, what each fund holds, and for the programme what can be put to the vote."""
    who = find_actor()
    runs = who is not None and policy.may(who, policy.RUN)
    return render_template(
        "coops/ballots/index.html", page=paged(db(), queries.ballots()), signed_in=who is not None, runs=runs,
        funds=[(each, held(db(), each).total) for each in instruments.instruments(db()) if each.rule.backed],
        votable=queries.votable(db()) if runs else (),
        checks=who is not None and residency_policy.may(who, residency_policy.CHECK), **COMMON,
    )  # fmt: skip


@bp.get("/all.csv")
@public
def listing() -> Response:
    """The same as a file; counts only of what is counted."""
    head = (
        "number", "instrument", "simulation", "kind", "title", "amount", "opened_at", "closes_at", "voters", "voted",
        "for", "against", "abstain", "outcome", "paid_at", "sha256",
    )  # fmt: skip

    def row(each: Any) -> tuple[Any, ...]:
        result = each.result or {}
        votes = result.get("votes") or {}
        return (
            each.number, each.instrument_code, "no" if each.live else "yes", each.kind, each.title,
            each.asked if each.amount else "", each.opened_at, each.closes_at, each.voters, result.get("voted"),
            votes.get("for"), votes.get("against"), votes.get("abstain"),
            "withdrawn" if each.withdrawn_at else each.outcome, each.payment.paid_at if each.payment else "",
            each.checksum,
        )  # fmt: skip

    found: Response = csv_file("ballots", head, (row(each) for each in db().scalars(queries.ballots())))
    return found


@bp.route("/propose/<code>", methods=["GET", "POST"])
@guarded(policy.VOTE)
def propose(code: str) -> Any:
    """A resident's proposal."""
    found, form = _instrument(code), forms.ProposeForm()
    back = url_for("ballots.index")
    if request.method == "GET" and not found.rule.backed:
        return passed(back, _("Bij dit geld hoort geen fonds."))
    if request.method == "GET" and queries.running_of(db(), actor().user_id, now()):
        return passed(back, _("Over een voorstel van u wordt al gestemd. Wacht op de uitslag."))
    lives = lives_here(db(), user_by_id(db(), actor().user_id).person_id, local_date(now()))
    return submit(
        form,
        lambda session: services.propose(
            session, code=Code(found.code), actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("ballots.show", number=made.number),
        said=_("Uw voorstel staat er. Bewoners stemmen nu."),
        page=lambda: render_template(
            "coops/ballots/propose.html", form=form, found=found, live=found.live, lives=lives,
            there=held(db(), found).total, terms=rules.TERMS[Kind.FUND], **COMMON,
        ),
    )  # fmt: skip


@bp.post("/rules/<uuid:public_id>")
@guarded(policy.RUN)
def put(public_id: UUID) -> Any:
    """Put rules to the vote."""
    return press(
        lambda session: services.put_to_vote(
            session, version=conditions.version(session, public_id, lock=True), actor=actor(), at=now()
        ),
        then=url_for("ballots.index"),
        said=_("De stemming is open."),
    )


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """One vote: the proposal, or what became of it and how that follows from the counts."""
    found, who = queries.ballot(db(), number), find_actor()
    state, result = rules.state_of(found, now()), found.result
    able = queries.parties_of(db(), found.id, who.user_id, policy.votes_for(who)) if who else ()
    runs = who is not None and policy.may(who, policy.RUN)
    carried = found.outcome == "carried"
    return render_template(
        "coops/ballots/show.html", found=found, live=found.live, state=state, result=result, able=able,
        signed_in=who is not None, may_vote=state is State.OPEN and any(not cast for _id, _name, cast in able),
        sound=result is not None and rules.recomputed(result, found.text),
        voted=queries.voted(db(), found.id) if state in {State.OPEN, State.COUNTING} else 0,
        may_withdraw=state is State.OPEN and who is not None and (runs or found.proposed_by_id == who.user_id),
        may_pay=runs and carried and found.kind == Kind.FUND and found.payment is None and who is not None
        and found.proposed_by_id != who.user_id,
        may_take=runs and carried and found.version is not None and found.version.vote is None, **COMMON,
    )  # fmt: skip


@bp.get("/<number>/result.json")
@public
def result(number: str) -> Any:
    """The sealed result with the text, so that anybody counts and hashes it after."""
    found = queries.ballot(db(), number)
    return jsonify({"result": found.result, "sha256": found.checksum, "text": found.text})


@bp.route("/<number>/vote", methods=["GET", "POST"])
@guarded(policy.VOTE)
def vote(number: str) -> Any:
    """Vote."""
    found = queries.ballot(db(), number)
    there = url_for("ballots.show", number=number)
    able = queries.parties_of(db(), found.id, actor().user_id, policy.votes_for(actor()))
    left = [(public_id, name) for public_id, name, cast in able if not cast]
    if request.method == "GET" and (not left or rules.state_of(found, now()) is not State.OPEN):
        return passed(there, _("U kunt hier nu niet stemmen."))
    form = forms.VoteForm(able=left)
    return submit(
        form,
        lambda session: services.cast_vote(session, ballot=found, actor=actor(), at=now(), **form.values()),
        then=lambda _none: there,
        said=_("Uw stem is geteld."),
        page=lambda: render_template(
            "coops/ballots/vote.html", form=form, found=found, live=found.live, able=left, **COMMON
        ),
    )


@bp.route("/<number>/withdraw", methods=["GET", "POST"])
@guarded(policy.VOTE)
def withdraw(number: str) -> Any:
    """Take it back, with the reason."""
    return _act(
        number, forms.WhyForm(), services.withdraw, _("Trek het voorstel in"), _("Iedereen leest waarom."),
        _("Ingetrokken. De reden staat erbij."), lambda found: rules.state_of(found, now()) is State.OPEN,
    )  # fmt: skip


@bp.route("/<number>/pay", methods=["GET", "POST"])
@guarded(policy.RUN)
def pay(number: str) -> Any:
    """Pay what carried."""
    return _act(
        number, forms.PayForm(), services.pay_out, _("Betaal uit het fonds"),
        _("Maak het geld over via de bank. Schrijf daarna het kenmerk op."), _("Betaald. Het staat in de boeken."),
        lambda found: found.outcome == "carried" and found.payment is None,
    )  # fmt: skip


@bp.post("/<number>/take-over")
@guarded(policy.RUN)
def take_over(number: str) -> Any:
    """Write the result at the rules."""
    return press(
        lambda session: services.take_over(
            session, ballot=queries.ballot(session, number), actor=actor(), at=now()
        ),
        then=url_for("ballots.show", number=number),
        said=_("De uitslag staat bij de regels. Een ander stelt ze vast."),
    )


def _act(
    number: str, form: Any, act: Callable[..., object], title: str, about: str, said: str,
    fits: Callable[[Any], bool],
) -> Any:  # fmt: skip
    """A form about one vote on a page of its own."""
    found, there = queries.ballot(db(), number), url_for("ballots.show", number=number)
    if request.method == "GET" and not fits(found):
        return passed(there, _("Dit kan bij deze stemming niet, of niet meer."))
    return submit(
        form,
        lambda session: act(
            session, ballot=queries.ballot(session, number), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: there,
        said=said,
        page=lambda: render_template(
            "ledger/wallets/act.html", form=form, back=there, live=found.live, title=title, about=about
        ),
    )
