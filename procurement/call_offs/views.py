"""Pages of frameworks and their orders."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Action, Role
from cwb.web.forms import NAME, Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, _l
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.agreements import policy as agreement_policy
from ledger.invoicing import policy as invoice_policy
from procurement.call_offs import forms, policy, queries, rules, services
from procurement.call_offs.errors import CallOffNotFound, NoFramework, NothingToAddTo, RuleNotPublished
from procurement.call_offs.models import CallOff, FrameworkParty
from procurement.call_offs.rules import RULE_TEXTS, Rule, State
from procurement.contracts.forms import VAT
from procurement.contracts.models import Contract
from procurement.contracts.rules import OUTCOME_TEXTS
from procurement.tenders.models import Tender

bp = Blueprint("call_offs", __name__)

MONTH = timedelta(days=30)
"""How long an order lasts when nobody says otherwise."""


def seen(number: str) -> tuple[Contract, list[FrameworkParty]]:
    """A framework that this actor may read, with its suppliers.

    Raises:
        CallOffNotFound: none, or not theirs.
    """
    framework = queries.framework(db(), number)
    there = list(queries.parties(db(), framework.id))
    suppliers = {one for one, _share in framework.suppliers}.union(*(each.party_ids for each in there))
    if not policy.may_see(actor(), framework, suppliers):
        raise CallOffNotFound
    return framework, there


@bp.get("/frameworks")
@guarded(policy.SEE)
def index() -> str:
    """One's own frameworks, with how full they are."""
    page = paged(db(), queries.frameworks(actor()), scalar=False)
    return render_template(
        "procurement/call_offs/index.html", page=page, money=Money, percent=rules.percent,
        buys=policy.PLACE.open_to(actor()), sees_room=_sees_room,
    )  # fmt: skip


def _sees_room(framework: Contract) -> bool:
    """Whether this actor reads how full a framework is: its buyer and auditors, no supplier."""
    return actor().has(Role.AUDITOR) or actor().organisation_id == framework.buyer_id


@bp.get("/frameworks/list.csv")
@guarded(policy.SEE)
def export() -> Response:
    """The frameworks as a file."""
    rows = [
        (
            each.number, each.title, each.buyer.name, each.starts_on, each.ends_on, Money(most),
            *((Money(int(taken)), rules.percent(Money(most), Money(int(taken)))) if _sees_room(each) else ("", "")),
        )
        for each, most, taken in db().execute(queries.frameworks(actor())).all()
    ]  # fmt: skip
    head = ("number", "title", "buyer", "starts_on", "ends_on", "maximum", "taken", "percent")
    return csv_file("frameworks", head, rows)


@bp.get("/frameworks/<number>")
@guarded(policy.SEE)
def show(number: str) -> str:
    """A framework: its room, its suppliers and prices, its orders, what can be done."""
    framework, there = seen(number)
    most = Money(framework.tender.framework_max_minor or 0)
    taken = queries.taken(db(), framework.tender_id)
    stored = queries.find_rule(db(), framework.tender_id)
    buys = policy.may_place(actor(), framework)
    joined = [each for each in there if each.joined_at is not None]
    mine = next((each for each in there if actor().organisation_id in each.party_ids), None)
    supplier_only = actor().organisation_id != framework.buyer_id and mine is not None
    return render_template(
        "procurement/call_offs/show.html",
        framework=framework,
        parties=[mine] if supplier_only else there,
        others=len(there) - 1 if supplier_only else 0,
        most=most,
        taken=taken,
        left=rules.left(most, taken),
        percent=rules.percent(most, taken),
        warn_at=rules.WARN_AT,
        rule=RULE_TEXTS[stored.rule] if stored else None,
        rule_note=stored.note if stored else "",
        page=paged(db(), queries.call_offs(actor(), framework.id)),
        states=forms.STATES,
        supplier_of=supplier_of,
        buys=buys,
        may_direct=buys and _is_direct(framework.tender, stored.rule if stored else None),
        may_compete=buys and framework.tender.framework == "parallel" and len(joined) > 1,
        may_invite=buys
        and framework.tender.framework == "parallel"
        and framework.tender.framework_parties is None,
        mine=mine,
        may_join=mine is not None
        and mine.is_awaited(actor().organisation_id)
        and policy.may_sign(actor(), mine),
        see_room=not supplier_only,
        together=_together(framework, mine),
        along=mine is not None and mine.supplier_id != actor().organisation_id,
        received=queries.received(db(), mine.id) if mine else None,
        competitions=queries.open_competitions(db(), framework.id, now()),
    )


def _together(framework: Contract, party: FrameworkParty | None) -> str:
    """The names of a combination that is one party; empty for who takes part alone."""
    if party is None or len(party.suppliers_under(framework)) == 1:
        return ""
    return framework.supplier_name if party.supplier_id == framework.supplier_id else party.name


FULL = _l("Het maximum is bereikt. Er kan geen opdracht meer bij.")


def is_full(framework: Contract) -> bool:
    """Whether nothing can be ordered any more."""
    return queries.taken(db(), framework.tender_id).minor >= (framework.tender.framework_max_minor or 0)


def _is_direct(tender: Tender, rule: Rule | None) -> bool:
    try:
        rules.check_direct(tender.framework or "", rule)
    except RuleNotPublished:
        return False
    return True


@bp.get("/frameworks/<number>/list.csv")
@guarded(policy.SEE)
def listing(number: str) -> Response:
    """The orders as a file."""
    framework, _there = seen(number)
    found = db().scalars(queries.call_offs(actor(), framework.id)).all()
    rows = (
        (
            each.number, each.title, framework.number, supplier_of(each, framework), each.amount, each.starts_on,
            each.ends_on, each.stands, each.local_outcome.value, each.placed_at,
        )
        for each in found
    )  # fmt: skip
    head = (
        "number", "title", "framework", "supplier", "amount", "starts_on", "ends_on", "state", "local_option",
        "placed_at",
    )  # fmt: skip
    return csv_file(f"call-offs-{framework.number}", head, rows)


def supplier_of(order: CallOff, framework: Contract) -> str:
    """Who does an order of this framework, all of them by name; empty while a competition runs."""
    party = order.party
    if party is not None:
        return framework.supplier_name if party.supplier_id == framework.supplier_id else party.name
    return order.result.supplier_name if order.result is not None else ""


@bp.route("/frameworks/<number>/order", methods=["GET", "POST"])
@guarded(policy.PLACE)
def place(number: str) -> Any:
    """Order directly, by the published rule."""
    framework, there = seen(number)
    permit(policy.may_place(actor(), framework))
    stored = queries.find_rule(db(), framework.tender_id)
    by = rules.check_direct(framework.tender.framework or "", stored.rule if stored else None)
    joined = [each for each in there if each.joined_at is not None]
    if not joined:
        raise NoFramework
    if request.method == "GET" and is_full(framework):
        return passed(url_for("call_offs.show", number=number), FULL)
    chooses = by is Rule.FIXED and framework.tender.framework == "parallel"
    today = max(local_date(now()), framework.starts_on)
    form = forms.OrderForm(
        data={"starts_on": today, "ends_on": min(today + MONTH, framework.ends_on)},
        prices=[each.price for each in joined[0].prices],
        parties=[(str(each.public_id), each.supplier.name) for each in joined] if chooses else [],
    )
    by_id = {str(each.public_id): each.id for each in joined}
    turn = None if chooses else rules.next_party(by, queries.candidates(db(), framework.id), ())

    def page() -> str:
        fresh, there = seen(number)
        most, taken = Money(fresh.tender.framework_max_minor or 0), queries.taken(db(), fresh.tender_id)
        return render_template(
            "procurement/call_offs/place.html", form=form, framework=fresh,
            parties=[each for each in there if each.joined_at is not None],
            turn=next((each for each in there if each.id == turn), None), left=rules.left(most, taken),
            rule=RULE_TEXTS[by] if fresh.tender.framework == "parallel" else None,
            conditions=stored.note if stored is not None and chooses else "",
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.place(
            session, framework=framework, actor=actor(), at=now(),
            party_id=by_id.get(form.party.data or "") if chooses else None, **form.values(),
        ),
        then=lambda made: url_for("call_offs.order", number=made.number),
        said=_("De opdracht is geplaatst. De leverancier kreeg een mail."),
        page=page,
    )  # fmt: skip


def _order(number: str) -> CallOff:
    found = queries.call_off(db(), number)
    if not policy.may_see_order(actor(), found):
        raise CallOffNotFound
    return found


@bp.get("/call-offs/<number>")
@guarded(policy.SEE)
def order(number: str) -> str:
    """One order: what, whose, where it stands, what can be done."""
    found = _order(number)
    supplies = actor().organisation_id in found.supplier_ids
    buys = actor().organisation_id == found.framework.buyer_id
    return render_template(
        "procurement/call_offs/order.html",
        order=found,
        state=forms.STATES[found.stands],
        states=forms.STATES,
        vat=VAT,
        outcomes=OUTCOME_TEXTS,
        supplier=supplier_of(found, found.framework),
        why=_why(found),
        additions=queries.additions(db(), found.id) if buys or supplies or actor().has(Role.AUDITOR) else (),
        may_add=found.state is State.ACCEPTED
        and found.supplements_id is None
        and policy.may_place(actor(), found.framework),
        may_answer=found.state is State.OFFERED and policy.may_answer(actor(), found.party),
        may_withdraw=found.state is State.OFFERED and policy.may_place(actor(), found.framework),
        may_invoice=supplies and _may(found, invoice_policy.MAKE),
        may_see_agreement=(buys or supplies) and _may(found, agreement_policy.SEE),
        names={each.id: each.name for each in queries.parties(db(), found.framework_id)},
        see_answers=buys or not supplies,
    )


def _why(order: CallOff) -> str:
    """Why this supplier has the order, in words."""
    if order.supplements_id is not None:
        return _("aanvulling op een eerdere opdracht")
    if order.competition_id is not None:
        return {
            State.AWARDED: _("de beste offerte in de mini-competitie"),
            rules.DRAFTED: _("de mini-competitie is nog niet gepubliceerd"),
            rules.STOPPED: _("niemand: de mini-competitie is gestopt"),
        }.get(order.stands, _("de mini-competitie loopt"))
    if order.choice_reason:
        return order.choice_reason
    stored = queries.find_rule(db(), order.tender_id)
    if stored is None:
        return _("de enige leverancier van deze raamovereenkomst")
    return _(RULE_TEXTS[stored.rule])


def _may(order: CallOff, action: Action) -> bool:
    return order.agreement is not None and action.open_to(actor())


@bp.route("/call-offs/<number>/answer", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(number: str) -> Any:
    """Accept or decline."""
    found = _order(number)
    permit(policy.may_answer(actor(), found.party))
    if request.method == "GET" and found.state is not State.OFFERED:
        return passed(
            url_for("call_offs.order", number=number), _("Deze opdracht wacht niet meer op antwoord.")
        )
    form = forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer(session, order=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("call_offs.show", number=found.framework.number),
        said=_("Uw antwoord is verstuurd."),
        page=lambda: render_template(
            "procurement/call_offs/answer.html", form=form, order=_order(number), vat=VAT
        ),
    )


@bp.route("/call-offs/<number>/withdraw", methods=["GET", "POST"])
@guarded(policy.PLACE)
def withdraw(number: str) -> Any:
    """Take back what nobody answered."""
    found = _order(number)
    permit(policy.may_place(actor(), found.framework))
    if request.method == "GET" and found.state is not State.OFFERED:
        return passed(url_for("call_offs.order", number=number), _("Intrekken kan alleen voor het antwoord."))
    form = Button()
    return submit(
        form,
        lambda session: services.withdraw(session, order=found, actor=actor(), at=now()),
        then=lambda _made: url_for("call_offs.show", number=found.framework.number),
        said=_("Ingetrokken. De ruimte is weer vrij."),
        page=lambda: render_template("procurement/call_offs/withdraw.html", form=form, order=_order(number)),
    )


@bp.route("/call-offs/<number>/add", methods=["GET", "POST"])
@guarded(policy.PLACE)
def add(number: str) -> Any:
    """Order more with the supplier of an order that it accepted."""
    found = _order(number)
    permit(policy.may_place(actor(), found.framework))
    framework, there = seen(found.framework.number)
    party = next((each for each in there if each.id == found.party_id), None)
    if party is None or found.state is not State.ACCEPTED or found.supplements_id is not None:
        raise NothingToAddTo
    if request.method == "GET" and is_full(framework):
        return passed(url_for("call_offs.order", number=number), FULL)
    today = min(max(local_date(now()), found.starts_on), framework.ends_on)
    form = forms.AdditionForm(
        data={"title": _("Aanvulling: %(title)s", title=found.title)[:NAME], "starts_on": today,
              "ends_on": max(found.ends_on, today), "local_outcome": found.local_outcome.value,
              "local_reason": found.local_reason},
        prices=[each.price for each in party.prices],
    )  # fmt: skip

    def page() -> str:
        order = _order(number)
        fresh, there = seen(order.framework.number)
        most, taken = Money(fresh.tender.framework_max_minor or 0), queries.taken(db(), order.tender_id)
        shown = next(each for each in there if each.id == order.party_id)
        return render_template(
            "procurement/call_offs/add.html", form=form, order=order, party=shown,
            left=rules.left(most, taken),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.place(
            session, framework=framework, supplements=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("call_offs.order", number=made.number),
        said=_("De aanvulling is geplaatst. De leverancier kreeg een mail."),
        page=page,
    )
