"""Pages of a shortage: for the programme (`/currency/<code>/shortage`), and for who holds (`/wallet/…/shortage`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.identity.queries import user as user_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _, language, text_of
from cwb.web.pages import csv_file, pdf_file
from cwb.web.request import actor, db, now
from cwb.web.submit import press
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.shortages import queries, rules, services
from ledger.shortages.errors import ShortageUnknown
from ledger.shortages.forms import WhatIfForm
from ledger.wallets import policy as wallet_policy
from ledger.wallets import queries as wallets
from ledger.wallets.models import Wallet
from ledger.winddown.queries import find_plan
from ledger.winddown.rules import Step, step_of

bp = Blueprint("shortages", __name__, url_prefix="/currency")
own = Blueprint("own_shortages", __name__, url_prefix="/wallet")


def _instrument(code: str) -> Instrument:
    try:
        found = instruments.instrument(db(), Code(code))
    except ValueError:
        raise InstrumentUnknown from None
    if not found.rule.backed:
        raise ShortageUnknown
    return found


@bp.get("/<code>/shortage")
@guarded(LOOK)
def show(code: str) -> Any:
    """What was divided, and what would be borne by whom now."""
    found = _instrument(code)
    seen, held = queries.there(db(), found, now())
    plan, last = find_plan(db(), found), instruments.last_count(db(), found)
    why, would = "", None
    try:
        short = rules.check_divide(
            ends_on=plan.ends_on if plan and step_of(plan) is Step.AGREED else None, today=local_date(now()),
            counted=(last.counted_at, last.counted, last.supply) if last else None, supply=seen.supply,
            waiting=seen.waiting + seen.paper, at=now(),
        )  # fmt: skip
        would = rules.divided(short, held)
    except RuleBroken as fault:
        why = str(text_of(fault))
    all_ = queries.shortages(db(), found)
    form, what_if = WhatIfForm(request.args), None
    if "short" in request.args and form.validate() and isinstance(form.short.data, Money):
        try:
            what_if = rules.imagined(form.short.data.minor, held)
        except RuleBroken as fault:
            form.short.errors = [*form.short.errors, text_of(fault)]
    return render_template(
        "ledger/shortages/show.html", found=found, live=found.live, why=why, would=would, money_of=Money,
        waiting=next((each for each in all_ if not each.confirmed_at and not each.withdrawn_at), None),
        done=[each for each in all_ if each.confirmed_at], runs=may(actor(), RUN), me=actor().user_id,
        form=form, what_if=what_if,
    )  # fmt: skip


@bp.get("/<code>/shortage.csv")
@guarded(LOOK)
def listing(code: str) -> Any:
    """What each wallet bore, by code."""
    rows = (
        (at, wallet, "firm" if firm else "resident", Money(held), Money(amount))
        for at, wallet, firm, held, amount in db().execute(queries.shares(_instrument(code)))
    )
    return csv_file(f"shortage-{code}", ("divided", "wallet", "holder", "held", "borne"), rows)


@bp.post("/<code>/shortage")
@guarded(RUN)
def write_down(code: str) -> Any:
    """Write down what the last count fell short of."""
    found = _instrument(code)
    return press(
        lambda session: services.write_down(session, code=Code(found.code), actor=actor(), at=now()),
        then=url_for("shortages.show", code=code),
        said=_("Opgeschreven. Een ander verdeelt het tekort."),
    )


@bp.post("/<code>/shortage/<uuid:public_id>/<any(divide, withdraw):act>")
@guarded(RUN)
def decide(code: str, public_id: UUID, act: str) -> Any:
    """Divide it as a second person, or take it back."""
    _instrument(code)
    do = services.divide if act == "divide" else services.withdraw
    return press(
        lambda session: do(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("shortages.show", code=code),
        said=_("Verdeeld. Elke houder die draagt, krijgt bericht.") if act == "divide" else _("Ingetrokken."),
    )


def _wallet(public_id: UUID) -> Wallet:
    party_id = wallet_policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id
    return wallets.wallet(db(), public_id, party_id)


@own.get("/<uuid:public_id>/shortage")
@guarded(wallet_policy.HOLD)
def mine(public_id: UUID) -> str:
    """What one holder bore."""
    wallet = _wallet(public_id)
    return render_template(
        "ledger/shortages/mine.html", wallet=wallet, live=wallet.live, letters=queries.letters(db(), wallet),
        name=INSTRUMENTS[Code(wallet.instrument_code)].name, money_of=Money,
    )  # fmt: skip


@own.get("/<uuid:public_id>/shortage-<int:number>.pdf")
@guarded(wallet_policy.HOLD)
def letter(public_id: UUID, number: int) -> Any:
    """The letter of one of them, the latest is 1."""
    wallet = _wallet(public_id)
    found = queries.letters(db(), wallet)
    if not 1 <= number <= len(found):
        raise ShortageUnknown
    one = found[number - 1]._replace(money=INSTRUMENTS[Code(wallet.instrument_code)].name)
    return pdf_file(f"tekort-{wallet.code}-{number}", pdf(rules.letter(Words(language()), one)))
