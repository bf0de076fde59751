"""Pages of contracts."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.agreements import policy as agreement_policy
from ledger.invoicing import policy as invoice_policy
from ledger.outlook import policy as outlook_policy
from procurement.contracts import forms, policy, queries, rules, services
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.contracts.rules import OUTCOME_TEXTS, ContractState
from procurement.lots.rules import whole_title
from procurement.proofs.queries import lapsed, lots_lacking
from procurement.statements.rules import PAPER_TEXTS
from procurement.tenders import queries as tenders

bp = Blueprint("contracts", __name__)


@bp.get("/contracts")
@guarded(policy.SEE)
def index() -> str:
    """One's own contracts."""
    form = forms.ContractFilter(request.args)
    page = paged(db(), queries.contracts(actor(), **form.values()))
    return render_template(
        "procurement/contracts/index.html", filter_form=form, page=page, states=forms.STATES
    )


@bp.get("/contracts/list.csv")
@guarded(policy.SEE)
def listing() -> Response:
    """The same list as a file."""
    form = forms.ContractFilter(request.args)
    found = db().scalars(queries.contracts(actor(), **form.values())).all()
    rows = (
        (
            each.number, each.title, each.buyer.name, each.supplier_name, each.price, each.starts_on,
            each.ends_on, each.payment_days, each.state.value,
        )
        for each in found
    )  # fmt: skip
    head = ("number", "title", "buyer", "supplier", "price", "starts_on", "ends_on", "payment_days", "state")
    return csv_file("contracts", head, rows)


def _contract(number: str) -> Contract:
    found = queries.contract(db(), number)
    if not policy.may(actor(), policy.SEE, found):
        raise ContractNotFound
    return found


@bp.get("/contracts/<number>")
@guarded(policy.SEE)
def show(number: str) -> str:
    """A contract: its text, its lines, who signed, what can be done."""
    contract = _contract(number)
    buys = actor().organisation_id == contract.buyer_id
    return render_template(
        "procurement/contracts/show.html", contract=contract, states=forms.STATES, vat=forms.VAT, buys=buys,
        outcomes=OUTCOME_TEXTS, may_sign=policy.may(actor(), policy.SIGN, contract) and _signed_at(contract) is None,
        may_make=policy.may(actor(), policy.MAKE, contract), promised=queries.promised(db(), contract),
        is_draft=contract.state is ContractState.DRAFT, may_see_agreement=_may(contract, agreement_policy.SEE),
        may_see_landed=_may(contract, outlook_policy.SEE),
        may_invoice=_may(contract, invoice_policy.MAKE) and not buys and contract.is_of(actor().organisation_id),
    )  # fmt: skip


def _signed_at(contract: Contract) -> datetime | None:
    """When the actor's own side signed."""
    if actor().organisation_id == contract.buyer_id:
        return contract.buyer_signed_at
    member = contract.member(actor().organisation_id)
    return contract.supplier_signed_at if member is None else member.signed_at


def _told(contract: Contract) -> tuple[date | None, date | None]:
    """The first and last day that the tender told."""
    return contract.tender.starts_on, contract.tender.ends_on


def _may(contract: Contract, action: Action) -> bool:
    """Whether there is an agreement to invoice under, and this actor has the role for it; the parties are checked."""
    return contract.agreement is not None and action.open_to(actor())


@bp.route("/tenders/<number>/contract", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/contract", methods=["GET", "POST"])
@guarded(policy.MAKE)
def make(number: str, lot: int) -> Any:
    """Make the contract of a lot with a definitive award."""
    tender = tenders.find_tender(db(), number)
    found = next((each for each in tender.lots if each.number == lot), None) if tender else None
    if tender is None or tender.published_at is None or found is None:
        raise ContractNotFound
    permit(policy.may_make(actor(), tender))
    before = queries.find_of_lot(db(), found.id)
    if before is not None and request.method == "GET":
        return redirect(url_for("contracts.show", number=before.number), 303)
    price, award = services.awarded_price(db(), found), queries.find_award(db(), found.id)
    winner = award.winner.party_name if award and award.winner else ""
    start = found.starts_on or tender.starts_on or local_date(now()) + timedelta(days=1)
    ends_on = found.ends_on or tender.ends_on
    form = forms.ContractForm(
        data={
            "starts_on": start, "ends_on": ends_on or start.replace(year=start.year + 1, day=1),
            "payment_days": tender.payment_days, "description": (found.title or tender.title)[:150],
        }
    )  # fmt: skip
    return submit(
        form,
        lambda session: services.make_contract(
            session, tender=tender, lot=found, actor=actor(), at=now(), **form.values(price)
        ),
        then=lambda made: url_for("contracts.show", number=made.number),
        said=_("Het contract ligt klaar. De leverancier kreeg een mail."),
        page=lambda: render_template(
            "procurement/contracts/form.html",
            form=form,
            tender=tender,
            price=price,
            about=whole_title(tender.title, tender.lot_count, found.number, found.title),
            back=url_for("awards.decision", number=number),
            told=(found.starts_on or tender.starts_on, ends_on),
            winner=winner,
        ),
    )


@bp.route("/contracts/<number>/change", methods=["GET", "POST"])
@guarded(policy.MAKE)
def change(number: str) -> Any:
    """Change a contract that nobody signed."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.MAKE, contract))
    if request.method == "GET" and contract.state is not ContractState.DRAFT:
        return passed(
            url_for("contracts.show", number=number), _("Er is al getekend. Wijzigen kan nu alleen samen.")
        )
    form = forms.ContractForm(data=forms.shown(contract))
    return submit(
        form,
        lambda session: services.change_contract(
            session, contract=contract, version=form.made_from(), actor=actor(), at=now(),
            **form.values(contract.price),
        ),
        then=lambda made: url_for("contracts.show", number=made.number),
        said=_("Bewaard. De leverancier kreeg een mail."),
        page=lambda: render_template(
            "procurement/contracts/form.html", form=form, tender=(fresh := _contract(number)).tender,
            price=fresh.price, about=fresh.title, back=url_for("contracts.show", number=number),
            told=_told(fresh), winner=fresh.supplier_name,
        ),
    )  # fmt: skip


@bp.route("/contracts/<number>/local-option", methods=["GET", "POST"])
@guarded(policy.MAKE)
def local_option(number: str) -> Any:
    """Was the local option examined?"""
    contract = _contract(number)
    permit(policy.may(actor(), policy.MAKE, contract))
    if request.method == "GET" and contract.local_option:
        return passed(url_for("contracts.show", number=number), _("Dit ligt al vast."))
    form = forms.LocalForm()
    return submit(
        form,
        lambda session: services.examine_local_option(
            session, contract=contract, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("contracts.show", number=number),
        said=_("Vastgelegd."),
        page=lambda: render_template(
            "procurement/contracts/local.html", form=form, contract=_contract(number)
        ),
    )


@bp.route("/contracts/<number>/sign", methods=["GET", "POST"])
@guarded(policy.SIGN)
def sign(number: str) -> Any:
    """Sign for one's own side."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.SIGN, contract))
    if request.method == "GET" and _signed_at(contract) is not None:
        return passed(url_for("contracts.show", number=number), _("Uw kant tekende dit contract al."))
    form = forms.SignForm(data={"version": str(contract.version)})
    return submit(
        form,
        lambda session: services.sign_contract(
            session, contract=contract, version=form.made_from(), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("contracts.show", number=number),
        said=_("Getekend."),
        page=lambda: render_template(
            "procurement/contracts/sign.html", form=form, contract=(found := queries.contract(db(), number)),
            promised=queries.promised(db(), found), vat=forms.VAT, buys=actor().organisation_id == contract.buyer_id,
            is_longer=rules.is_longer(found.starts_on, found.ends_on, _told(found)),
            lacks_proof=contract.lot_id in lots_lacking(db(), contract.decision_id), papers=PAPER_TEXTS,
            excluded=queries.excluded(db(), found, local_date(now())),
            lapsed=lapsed(db(), contract.tender_id, contract.lot_id, local_date(now())),
        ),
    )  # fmt: skip
