"""Pages of changes of a contract."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.advice.gateway import law
from procurement.changes import forms, policy, queries, rules, services
from procurement.changes.gateway import grounds
from procurement.changes.models import ContractChange
from procurement.changes.rules import State
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.terms.queries import find_extensions

bp = Blueprint("changes", __name__, url_prefix="/contracts/<number>/changes")


def _contract(number: str) -> Contract:
    found = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    return found


def _page(template: str, number: str, form: Any, **facts: Any) -> str:
    """A page of one contract, read again: a refusal forgets what was read."""
    contract = contracts.contract(db(), number)
    price, ends_on = queries.present(db(), contract)
    change = facts.pop("change", None)
    return render_template(
        f"procurement/changes/{template}.html", form=form, contract=contract, price=price, ends_on=ends_on,
        change=queries.change(db(), contract.id, change) if change else None, grounds=grounds(),
        texts=rules.GROUND_TEXTS, affects=rules.AFFECTS_TEXTS, **facts,
    )  # fmt: skip


def _done(number: str) -> str:
    return url_for("performance.show", number=number, _anchor="changes")


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def propose(number: str) -> Any:
    """Propose a change."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.PROPOSE, contract))
    if request.method == "GET" and queries.is_changing(db(), contract.id):
        return passed(_done(number), _("Er loopt al een wijziging. Rond die eerst af."))
    form = forms.ProposeForm()
    limit, is_works = services.threshold(contract, law(), local_date(now()))
    zero = services.assess(
        db(), contract, contract.price - contract.price, law=law(), rows=grounds(), on=local_date(now())
    )
    return submit(
        form,
        lambda session: services.propose_change(
            session, contract=contract, law=law(), rows=grounds(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: _done(number),
        said=_("Voorgesteld. Een collega beslist, daarna tekent de leverancier."),
        page=lambda: _page("propose", number, form, limit=limit, is_works=is_works, found=zero),
    )  # fmt: skip


@bp.route("/<int:change>/decide", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def decide(number: str, change: int) -> Any:
    """The second person decides."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.PROPOSE, contract))
    found = queries.change(db(), contract.id, change)
    if request.method == "GET" and found.state is not State.PROPOSED:
        return passed(_done(number), _("Over deze wijziging is al beslist."))
    if request.method == "GET" and found.proposed_by_id == actor().user_id:
        return passed(_done(number), _("U stelde deze wijziging zelf voor. Een collega beslist."))
    form = forms.DecideForm()
    return submit(
        form,
        lambda session: services.decide_change(
            session, contract=contract, number=change, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: _done(number),
        said=_("Uw besluit is bewaard."),
        page=lambda: _page("decide", number, form, change=change),
    )  # fmt: skip


@bp.route("/<int:change>/answer", methods=["GET", "POST"])
@guarded(policy.SIGN)
def answer(number: str, change: int) -> Any:
    """The supplier signs or not."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.SIGN, contract))
    found = queries.change(db(), contract.id, change)
    if request.method == "GET" and found.state is not State.APPROVED:
        return passed(_done(number), _("Er is bij deze wijziging nu niets te tekenen."))
    if request.method == "GET" and found.signature_of(actor().organisation_id):
        return passed(_done(number), _("U tekende deze wijziging al. De andere leden tekenen nog."))
    if request.method == "GET" and local_date(now()) > (over := queries.present(db(), contract)[1]):
        return passed(
            _done(number), _("Dit contract is afgelopen op %(on)s. Tekenen kan niet meer.", on=day(over))
        )
    form = forms.AnswerForm()

    def then(made: ContractChange) -> str:
        flash(_answered(made, contract), "good")
        return _done(number)

    return submit(
        form,
        lambda session: services.answer_change(
            session, contract=contract, number=change, actor=actor(), at=now(), **form.values()
        ),
        then=then,
        page=lambda: _page("answer", number, form, change=change),
    )  # fmt: skip


def _answered(made: ContractChange, contract: Contract) -> str:
    """What came of an answer: in force, not signed, or who still has to sign."""
    if made.state is State.IN_FORCE:
        return _("U tekende. De wijziging geldt nu. Iedereen kreeg een mail.")
    if made.state is State.DECLINED:
        return _("U tekende niet. Het contract blijft zoals het is. De andere partijen kregen een mail.")
    left = made.missing([each.organisation_id for each in contract.members])
    names = [each.organisation.name for each in contract.members if each.organisation_id in left]
    return _("U tekende. De wijziging geldt nog niet. Nu tekent nog: %(names)s.", names=", ".join(names))


@bp.route("/<int:change>/take-back", methods=["GET", "POST"])
@guarded(policy.SIGN)
def take_back(number: str, change: int) -> Any:
    """A member takes its signature back."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.SIGN, contract))
    found = queries.change(db(), contract.id, change)
    may_still = found.state is State.APPROVED and found.signature_of(actor().organisation_id)
    if request.method == "GET" and not may_still:
        return passed(_done(number), _("Er valt niets terug te nemen."))
    form = Button()
    return submit(
        form,
        lambda session: services.take_back_signature(
            session, contract=contract, number=change, actor=actor(), at=now()
        ),
        then=lambda _made: _done(number),
        said=_("Uw handtekening is teruggenomen. De koper en de andere leden kregen een mail."),
        page=lambda: _page("take_back", number, form, change=change),
    )  # fmt: skip


@bp.route("/extend", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def extend(number: str) -> Any:
    """Extend once more, as the tender told."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.PROPOSE, contract))
    if request.method == "GET" and queries.is_changing(db(), contract.id):
        return passed(_done(number), _("Er loopt al een wijziging. Rond die eerst af."))
    form = forms.ExtendForm()
    return submit(
        form,
        lambda session: services.extend_contract(
            session, contract=contract, amount=form.amount.data or Money(0), actor=actor(), at=now()
        ),
        then=lambda _made: _done(number),
        said=_("Verlengd. De leverancier kreeg een mail."),
        page=lambda: _page(
            "extend", number, form, extensions=find_extensions(db(), contract.tender_id),
            used=queries.extended(db(), contract.id), today=local_date(now()),
        ),
    )  # fmt: skip


@bp.route("/<int:change>/notice", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def notice(number: str, change: int) -> Any:
    """Note that the notice was published."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.PROPOSE, contract))
    queries.change(db(), contract.id, change)
    form = forms.NoticeForm()
    return submit(
        form,
        lambda session: services.note_notice(
            session, contract=contract, number=change, reference=form.reference.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: _done(number),
        said=_("Vastgelegd."),
        page=lambda: _page("notice", number, form, change=change),
    )  # fmt: skip
