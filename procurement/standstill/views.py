"""Pages between the letters and the definitive award."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.awards import policy
from procurement.awards import queries as awards
from procurement.awards.errors import AwardNotFound
from procurement.awards.models import AwardDecision
from procurement.standstill import errors, forms, queries, rules, services
from procurement.standstill.queries import LotState
from procurement.tenders.models import Lot, Tender

bp = Blueprint("standstill", __name__)

BASE = "/tenders/<number>/decision"


def _found(number: str) -> tuple[Tender, Sequence[AwardDecision]]:
    """A tender and its decisions that stand, latest first; there is one."""
    tender = awards.tender(db(), number)
    permit(policy.may(actor(), policy.DECIDE, tender))
    found = awards.decisions(db(), tender.id)
    if not found:
        raise errors.NotSent
    return tender, found


def _waiting(found: Sequence[AwardDecision]) -> list[Lot]:
    """The lots that wait, over all decisions, by number."""
    lots = [lot for each in found for lot in queries.waiting_lots(db(), each)]
    return sorted(lots, key=lambda each: each.number)


def _page(number: str, name: str, form: Any) -> str:
    """A page about a decision as it is now: asked again, since a refusal forgets what was read."""
    tender, found = _found(number)
    states: dict[int, LotState] = {}
    for one in reversed([each for each in found if each.sent_at]):
        states |= queries.lot_states(db(), one)
    return render_template(
        f"procurement/awards/{name}.html", form=form, tender=tender, decision=found[0], at=now(),
        states=sorted(states.values(), key=lambda each: each.lot.number), waits=bool(_waiting(found)),
        summonses=[each for one in found for each in queries.summonses(db(), one.id)],
        extensions=[each for one in found for each in queries.extensions(db(), one.id)],
        names={each.lot_id: each.lot.title for one in found for each in one.lots},
    )  # fmt: skip


@bp.route(f"{BASE}/definitive", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def definitive(number: str) -> Any:
    """Make the award of every lot that waits for nothing more definitive."""
    tender, found = _found(number)
    form = forms.DefinitiveForm()
    if not _waiting(found):
        return passed(url_for("awards.decision", number=number), _("De gunning is al definitief."))
    return submit(
        form,
        lambda session: services.make_definitive(session, tender=tender, actor=actor(), at=now()),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("De gunning is definitief. Maak nu het contract."),
        page=lambda: _page(number, "definitive", form),
    )


@bp.route(f"{BASE}/extend", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def extend(number: str) -> Any:
    """Let the standstill run longer, of all lots or of some."""
    tender, found = _found(number)
    form = forms.ExtendForm()
    form.offer(_waiting(found), is_divided=tender.is_divided)
    return submit(
        form,
        lambda session: services.extend(session, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("De wachttijd is verlengd. De inschrijvers kregen bericht."),
        page=lambda: _page(number, "extend", form),
    )


@bp.route(f"{BASE}/summons", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def summons(number: str) -> Any:
    """Write down a summons; below it the ones there are."""
    tender, found = _found(number)
    form = forms.SummonsForm()
    form.offer(_waiting(found), is_divided=tender.is_divided)
    return submit(
        form,
        lambda session: services.record_summons(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("standstill.summons", number=number),
        said=_("Vastgelegd. De gunning wacht op het vonnis."),
        page=lambda: _page(number, "summons", form),
    )


@bp.route(f"{BASE}/summons/<int:summons_id>/judgment", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def judgment(number: str, summons_id: int) -> Any:
    """Write down a judgment."""
    tender, _decision = _found(number)
    found = queries.summons(db(), tender.id, summons_id)
    form = forms.JudgmentForm()
    return submit(
        form,
        lambda session: services.record_judgment(
            session, tender=tender, summons_id=summons_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("standstill.summons", number=number),
        said=_("Het vonnis is vastgelegd."),
        page=lambda: render_template(
            "procurement/awards/judgment.html", form=form, tender=tender, summons=found
        ),
    )


@bp.get("/awards/<uuid:public_id>/waiting")
@guarded(policy.READ)
def waiting(public_id: UUID) -> str:
    """For a bidder: how long the buyer waits, why longer, and whether a judge looks at it."""
    letter = awards.letter(db(), public_id)
    if not policy.may_read(actor(), letter):
        raise AwardNotFound
    longer, court = queries.letter_waits(db(), letter)
    award = awards.award_of(db(), letter)
    until = award.until(letter.decision)
    return render_template(
        "procurement/awards/waiting.html", letter=letter, decision=letter.decision, tender=letter.decision.tender,
        award=award, last_day=rules.last_day(until) if until else None, longer=longer, court=court,
        is_over=until is not None and now() >= until, last_of=rules.last_day,
    )  # fmt: skip


@bp.route(f"{BASE}/withdraw", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def withdraw(number: str) -> Any:
    """Take the decision back."""
    tender, found = _found(number)
    if request.method == "GET" and found[0].definitive_at is not None:
        return passed(
            url_for("awards.decision", number=number),
            _("Dit besluit is definitief. Intrekken kan hier niet meer."),
        )
    form = forms.WithdrawForm()
    return submit(
        form,
        lambda session: services.withdraw_decision(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("Het besluit is ingetrokken."),
        page=lambda: render_template(
            "procurement/awards/withdraw.html", form=form, tender=tender, decision=found[0]
        ),
    )


@bp.route(f"{BASE}/lots/withdraw", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def take_back(number: str) -> Any:
    """Take the award of some lots back while others are definitive."""
    tender, found = _found(number)
    form = forms.TakeBackForm()
    form.offer(_waiting([each for each in found if each.definitive_at]), is_divided=True)
    return submit(
        form,
        lambda session: services.take_back_lots(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("Ingetrokken. Wie meedeed, kreeg bericht. Begin nu een nieuw besluit."),
        page=lambda: _page(number, "take_back", form),
    )
