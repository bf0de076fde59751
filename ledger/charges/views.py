"""Pages of the rules of local money (`/money-rules`): what holds, versions, and what is charged by them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit
from ledger.charges import forms, policy, queries, services
from ledger.charges.models import ChargeRun
from ledger.charges.rules import KIND_NAMES, Kind
from ledger.conditions import policy as condition_policy
from ledger.conditions import queries as conditions
from ledger.conditions import services as versions
from ledger.conditions.models import ConditionVersion
from ledger.conditions.rules import BEGUN, EVERY, GROUPS, Terms
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.wallets import policy as wallet_policy
from ledger.wallets import queries as wallets

bp = Blueprint("conditions", __name__, url_prefix="/money-rules")

COMMON: dict[str, Any] = {
    "instruments": INSTRUMENTS,
    "groups": GROUPS,
    "kinds": KIND_NAMES,
    "money_of": Money,
}


def _code(text: str) -> Code:
    try:
        code = Code(text)
    except ValueError:
        raise InstrumentUnknown from None
    if code not in BEGUN:  # points for hours have rules of their own
        raise InstrumentUnknown
    return code


def _rate(parts: int) -> str:
    """Ten-thousandths as per cent."""
    return f"{parts / 100:g}".replace(".", ",")


def _euros(cents: int) -> str:
    return f"€\u00a0{Money(cents).plain().replace('.', ',')}"


def facts_of(code: Code, terms: Terms) -> Sequence[tuple[str, str]]:
    """Conditions as people read them: name and sentence."""
    where = ", ".join(str(_(GROUPS[each])) for each in terms.accept_where)
    share = _("Hoogstens %(share)s%% van de prijs.", share=terms.accept_share)
    if terms.accept_price is not None:
        share = _(
            "Hoogstens %(share)s%% van de eerste %(price)s.",
            share=terms.accept_share,
            price=_euros(terms.accept_price),
        )
    if terms.accept_share == 100 and terms.accept_price is None:
        share = _("De hele prijs.")
    if terms.accept_cap is not None:
        share += " " + _("Nooit meer dan %(cap)s per aankoop.", cap=_euros(terms.accept_cap))
    found = [(_("Wie neemt het aan"), where), (_("Welk deel"), share)]
    if not INSTRUMENTS[code].backed:
        return found
    fee = _(
        "Bedrijven: %(rate)s%%, na %(days)s dagen niets.", rate=_rate(terms.fee_rate), days=terms.fee_days
    ) + " " + _("Na %(hops)s betalingen hier ook niets. Bewoners betalen nooit.", hops=terms.fee_hops)  # fmt: skip
    still = _("Niets.")
    if terms.demurrage_rate:
        often, rate = _(EVERY[terms.demurrage_every]), _rate(terms.demurrage_rate)
        still = _(
            "%(every)s %(rate)s%% van wat langer dan %(days)s dagen stilstaat.", every=often, rate=rate,
            days=terms.free_days,
        )  # fmt: skip
        still += " " + _("Niet over %(exempt)s, en nooit van bewoners.", exempt=_euros(terms.exempt))
    lapse = _("Nooit.")
    if terms.lapse_months is not None:
        lapse = _(
            "Na %(months)s maanden en twee berichten. U krijgt het in euro’s.", months=terms.lapse_months
        )
    return [*found, (_("Euro’s terugvragen"), fee), (_("Geld dat stilstaat"), still), (_("Verval"), lapse)]


@bp.get("")
@public
def index() -> str:
    """What holds now for each instrument, since when, and what comes."""
    today, shown = local_date(now()), []
    for found in instruments.instruments(db()):
        code = Code(found.code)
        if code not in BEGUN:
            continue
        adopted = conditions.adopted(db(), code)
        holds = next((each for each in adopted if each.starts_on <= today), None)
        terms = holds.terms if holds else BEGUN[code]
        coming = [(each, facts_of(code, each.terms)) for each in adopted if each.starts_on > today]
        shown.append((found, holds, facts_of(code, terms), coming))
    who = find_actor()
    looks = who is not None and condition_policy.may(who, condition_policy.LOOK)
    return render_template("ledger/charges/index.html", shown=shown, looks=looks, **COMMON)


@bp.get("/<code>")
@guarded(condition_policy.LOOK)
def versions_of(code: str) -> str:
    """All versions of an instrument, what may be charged now, and what was."""
    chosen = _code(code)
    found = instruments.instrument(db(), chosen)
    offered = (
        {kind: services.look(db(), code=chosen, kind=kind, at=now()) for kind in Kind}
        if found.rule.backed
        else {}
    )
    return render_template(
        "ledger/charges/versions.html", found=found, live=found.live, versions=conditions.versions(db(), chosen),
        today=local_date(now()), holds=conditions.terms_at(db(), chosen, now())[0], offered=offered,
        runs=paged(db(), queries.runs(chosen)), acts=policy.may(actor(), policy.RUN), **COMMON,
    )  # fmt: skip


@bp.get("/<code>.csv")
@guarded(condition_policy.LOOK)
def versions_csv(code: str) -> Any:
    """All versions as a file."""
    head = ("number", "starts_on", "adopted_at", *Terms.__dataclass_fields__, "words")
    rows = (
        (
            each.number, each.starts_on, each.adopted_at or "",
            *(" ".join(value) if isinstance(value, tuple) else value for value in _values(each.terms)), each.words,
        )
        for each in conditions.versions(db(), _code(code))
    )  # fmt: skip
    return csv_file(f"money-rules-{code}", head, rows)


def _values(terms: Terms) -> list[Any]:
    return ["" if (value := getattr(terms, name)) is None else value for name in Terms.__dataclass_fields__]


@bp.route("/<code>/propose", methods=["GET", "POST"])
@guarded(condition_policy.DECIDE)
def propose(code: str) -> Any:
    """Propose conditions; the form begins with what holds."""
    chosen, form = _code(code), forms.TermsForm()
    found = instruments.instrument(db(), chosen)
    form.offer(conditions.terms_at(db(), chosen, now())[1] if request.method == "GET" else None)
    return submit(
        form,
        lambda session: versions.propose(session, code=chosen, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("conditions.version", public_id=made.public_id),
        said=_("Het voorstel staat er. Reken nu uit wat het doet."),
        page=lambda: render_template(
            "ledger/charges/propose.html", form=form, found=found, live=found.live, **COMMON
        ),
    )


@bp.get("/versions/<uuid:public_id>")
@guarded(condition_policy.LOOK)
def version(public_id: UUID) -> str:
    """One version: its words, its effect, its vote, and who adopted it."""
    held = conditions.version(db(), public_id)
    effect = conditions.find_effect(db(), held.id)
    me = actor().user_id
    return render_template(
        "ledger/charges/version.html", held=held, facts=facts_of(Code(held.instrument_code), held.terms),
        effect=effect, decides=condition_policy.may(actor(), condition_policy.DECIDE) and held.adopted_at is None,
        wrote=me == held.proposed_by_id or (held.vote is not None and held.vote.recorded_by_id == me), **COMMON,
    )  # fmt: skip


def _act(public_id: UUID, act: Any, said: str) -> Any:
    return press(
        lambda session: act(session, conditions.version(session, public_id, lock=True)),
        then=url_for("conditions.version", public_id=public_id),
        said=said,
    )


@bp.post("/versions/<uuid:public_id>/effect")
@guarded(condition_policy.DECIDE)
def effect(public_id: UUID) -> Any:
    """Work out what it would have done."""
    return _act(
        public_id,
        lambda session, held: services.work_out(session, version=held, at=now()),
        _("Uitgerekend op de boeken van het laatste kwartaal."),
    )


@bp.route("/versions/<uuid:public_id>/vote", methods=["GET", "POST"])
@guarded(condition_policy.DECIDE)
def vote(public_id: UUID) -> Any:
    """Write the vote down."""
    form, there = forms.VoteForm(), url_for("conditions.version", public_id=public_id)
    held: ConditionVersion = conditions.version(db(), public_id)
    if request.method == "GET" and held.vote is not None:
        return passed(there, _("De stemming staat er al."))
    return submit(
        form,
        lambda session: versions.record_vote(
            session, version=conditions.version(session, public_id, lock=True), actor=actor(), at=now(),
            **form.values(),
        ),
        then=lambda _none: there,
        said=_("De uitslag staat er."),
        page=lambda: _form(
            _("Schrijf de stemming op"), form, there, _("Leden stemden over deze regels. Wat was de uitslag?")
        ),
    )  # fmt: skip


@bp.post("/versions/<uuid:public_id>/adopt")
@guarded(condition_policy.DECIDE)
def adopt(public_id: UUID) -> Any:
    """Adopt it."""
    return _act(
        public_id,
        lambda session, held: versions.adopt(session, version=held, actor=actor(), at=now()),
        _("Vastgesteld. Iedereen kan de regels nu lezen."),
    )


@bp.post("/<code>/charges/<any(demurrage, lapse):kind>/<int:total>")
@guarded(policy.RUN)
def carry_out(code: str, kind: str, total: int) -> Any:
    """Carry a charge out, as it was shown."""
    chosen = _code(code)
    return press(
        lambda session: services.carry_out(
            session, code=chosen, kind=Kind(kind), total=total, actor=actor(), at=now()
        ),
        then=url_for("conditions.versions_of", code=code),
        said=_("Uitgevoerd. Iedereen ziet het op zijn afschrift."),
    )


@bp.post("/<code>/tell")
@guarded(policy.RUN)
def tell(code: str) -> Any:
    """Tell holders what will lapse."""
    chosen = _code(code)
    return press(
        lambda session: services.tell(session, code=chosen, at=now()),
        then=url_for("conditions.versions_of", code=code),
        said=_("Wie de laatste maand geen bericht kreeg, krijgt het nu."),
    )


@bp.get("/charges/<uuid:public_id>")
@guarded(policy.LOOK)
def run(public_id: UUID) -> str:
    """One charge as it was carried out."""
    held = queries.run(db(), public_id)
    return render_template(
        "ledger/charges/run.html", run=held, live=held.live, acts=policy.may(actor(), policy.RUN),
        open=held.reversed_at is None and held.paid_at is None, **COMMON,
    )  # fmt: skip


@bp.get("/charges/<uuid:public_id>.csv")
@guarded(policy.LOOK)
def run_csv(public_id: UUID) -> Any:
    """Its lines by the codes of wallets, to check or to pay by."""
    held = queries.run(db(), public_id)
    rows = ((code, Money(base), Money(amount)) for code, base, amount in db().execute(queries.coded(held.id)))
    return csv_file(f"charge-{held.kind}-{held.period}", ("wallet", "counted", "taken"), rows)


@bp.route("/charges/<uuid:public_id>/back", methods=["GET", "POST"])
@guarded(policy.RUN)
def back(public_id: UUID) -> Any:
    """Give it all back."""
    form, there = forms.BackForm(), url_for("conditions.run", public_id=public_id)
    held: ChargeRun = queries.run(db(), public_id)
    if request.method == "GET" and (held.reversed_at or held.paid_at):
        return passed(there, _("Dit is al afgehandeld."))
    return submit(
        form,
        lambda session: services.give_back(
            session, run=queries.run(session, public_id, lock=True), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: there,
        said=_("Teruggegeven. Iedereen heeft weer wat hij had."),
        page=lambda: _form(
            _("Geef alles terug"), form, there, _("Elke inhouding komt terug, met uw reden erbij.")
        ),
    )


@bp.post("/charges/<uuid:public_id>/paid")
@guarded(policy.RUN)
def paid(public_id: UUID) -> Any:
    """Write down that its euros were paid."""
    return press(
        lambda session: services.pay_out(
            session, run=queries.run(session, public_id, lock=True), actor=actor(), at=now()
        ),
        then=url_for("conditions.run", public_id=public_id),
        said=_("Uitbetaald. Het staat in de boeken."),
    )


@bp.get("/wallets/<uuid:public_id>")
@guarded(wallet_policy.HOLD)
def receipts(public_id: UUID) -> str:
    """What was taken of one's wallet, by which rules."""
    party_id = wallet_policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id
    own = wallets.wallet(db(), public_id, party_id)
    return render_template(
        "ledger/charges/receipts.html", wallet=own, live=own.live, page=paged(db(), queries.receipts(own.id)), **COMMON
    )  # fmt: skip


def _form(title: str, form: Any, there: str, about: str) -> str:
    return render_template("ledger/charges/form.html", title=title, form=form, back=there, about=about)
