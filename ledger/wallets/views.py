"""Pages of wallets for holders (`/wallet`), and of the instruments for the programme (`/currency`)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.identity.services import person_of
from cwb.kernel.money import Money
from cwb.web.beside import links_beside
from cwb.web.forms import Form
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, see_other, submit
from ledger.books.queries import statement
from ledger.books.rules import KIND_NAMES
from ledger.instruments import policy as instrument_policy
from ledger.instruments import queries as instruments
from ledger.instruments import rules as instrument_rules
from ledger.instruments import services as instrument_services
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.rules import CAUSES, INSTRUMENTS, Code
from ledger.pins.errors import PinMissing, PinNotSet
from ledger.pins.rules import Hand, How
from ledger.pins.views import above
from ledger.wallets import forms, policy, queries, rules, services
from ledger.wallets.models import Wallet

bp = Blueprint("wallets", __name__, url_prefix="/wallet")
programme = Blueprint("instruments", __name__, url_prefix="/currency")

COMMON: dict[str, Any] = {"instruments": INSTRUMENTS, "shown": rules.shown, "money_of": Money}


HIDDEN = "wallet_hidden"
"""The cookie by which a browser keeps balances out of sight; it says nothing of who uses it."""
KEPT = 365 * 24 * 3600


def hides() -> bool:
    """Whether this browser keeps balances out of sight."""
    return request.cookies.get(HIDDEN) == "1"


def _code(text: str) -> Code:
    try:
        return Code(text)
    except ValueError:
        raise InstrumentUnknown from None


def _backed(found: Instrument) -> bool:
    return found.rule.backed


def _usable(own: Wallet) -> bool:
    """Whether a wallet is of the instrument as it stands now."""
    return instruments.instrument(db(), Code(own.instrument_code)).live == own.live


def _party_id() -> int | None:
    """Whose wallet it is; None for a person who has none yet."""
    return policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id


def _wallet(public_id: UUID, *, lock: bool = False) -> Wallet:
    return queries.wallet(db(), public_id, _party_id(), lock=lock)


@bp.get("")
@guarded(policy.HOLD)
def index() -> str:
    """What one has, and what one may open."""
    own = queries.wallets(db(), _party_id())
    there = instruments.instruments(db())
    has = {(each.instrument_code, each.live) for each in own}
    firm = policy.holds_for(actor()) is not None
    as_now = {(each.code, each.live) for each in there}
    return render_template(
        "ledger/wallets/index.html", wallets=own, tills=firm and bool(own), beside=links_beside(), hidden=hides(),
        **COMMON,
        usable={each.id for each in own if (each.instrument_code, each.live) in as_now},
        may_open=[
            each for each in there if (each.code, each.live) not in has
            and (each.rule.firm if firm else each.rule.resident) is not None
        ],
    )  # fmt: skip


@bp.post("/balance/<any(hide, show):choice>")
@guarded(policy.HOLD)
def balance(choice: str) -> Any:
    """Keep balances out of sight in this browser, or show them again. It stays so until it is pressed once more."""
    answer = press(lambda _session: None, then=url_for("wallets.index"))
    answer.set_cookie(
        HIDDEN, "1" if choice == "hide" else "", max_age=KEPT if choice == "hide" else 0, httponly=True, samesite="Lax",
        secure=request.is_secure,
    )  # fmt: skip
    return answer


@bp.post("/open/<code>")
@guarded(policy.HOLD)
def open_one(code: str) -> Any:
    """Open a wallet."""

    def act(session: Any) -> None:
        user = user_by_id(session, actor().user_id)
        organisation_id = policy.holds_for(actor())
        party = (
            queries.party(session, organisation_id)
            if organisation_id
            else person_of(session, user=user, at=now())
        )
        services.open_wallet(session, code=_code(code), party=party, actor=actor(), at=now())

    return press(act, then=url_for("wallets.index"), said=_("Uw portemonnee is open."))


@bp.get("/<uuid:public_id>")
@guarded(policy.HOLD)
def show(public_id: UUID) -> str:
    """Balance, code and statement."""
    own = _wallet(public_id)
    instrument = instruments.instrument(db(), Code(own.instrument_code))
    account = queries.account(db(), own)
    page = paged(db(), statement(own.account_id), scalar=False)
    waiting = queries.waiting(db(), own.id) if instrument.rule.backed else None
    return render_template(
        "ledger/wallets/show.html", wallet=own, account=account, live=own.live, page=page, hidden=hides(),
        kinds=KIND_NAMES,
        names=queries.payment_names(db(), [row[1].id for row in page.rows]), waiting=waiting,
        usable=instrument.live == own.live, backed=instrument.rule.backed, **COMMON,
        no_issue=instrument.stopped, ends=_ends(instrument) if instrument.live == own.live else False,
        no_credit=instrument.live == own.live and instrument.stopped and instrument.rule.kind == "mutual",
        near=instrument_rules.near_limit(account.posted, account.floor or 0, account.ceiling or 0),
    )  # fmt: skip


def _ends(found: Instrument) -> bool:
    """Whether a plan ends this money, against euros, for good."""
    open_ = instruments.open_stops(db(), found) if found.stopped and found.rule.backed else ()
    return any(each.cause is instrument_rules.Cause.ENDING for each in open_)


@bp.route("/<uuid:public_id>/pay", methods=["GET", "POST"])
@guarded(policy.HOLD)
def pay(public_id: UUID) -> Any:
    """Pay by code."""
    own, form = queries.payer(db(), public_id, _party_id()), forms.PayForm()
    there = url_for("wallets.show", public_id=public_id)
    if request.method == "GET" and not _usable(own):
        return passed(there, _("De simulatie is voorbij. Hier kunt u nog terugkijken."))

    def act(session: Any) -> None:
        hand = Hand(How.NONE, above())
        try:
            services.pay(session, payer=own, actor=actor(), at=now(), hand=hand, **form.values())
        except (PinMissing, PinNotSet) as fault:
            raise _UnconfirmedError from fault

    try:
        return submit(
            form, act, then=lambda _none: there, said=_("Betaald."),
            page=lambda: _act(
                _("Betaal"), form, there, own.live,
                _("De ander ziet het meteen.")
                if hides()
                else _("U hebt %(there)s. De ander ziet het meteen.", there=rules.in_euros(queries.free(db(), own))),
            ),
        )  # fmt: skip
    except _UnconfirmedError:
        return see_other(_to_confirm(**form.values()))


class _UnconfirmedError(Exception):
    """A payment that asks for a PIN was sent without: nothing was written, it is looked at once more."""


def _to_confirm(*, to: str, amount: Money, note: str, price: Money | None, **_rest: object) -> str:
    """Where a payment is looked at and confirmed."""
    return url_for(
        "requests.pay_code",
        code=rules.read_code(to),
        amount=amount.plain(),
        note=note or None,
        price=price.plain() if price else None,
    )


@bp.route("/<uuid:public_id>/refund", methods=["GET", "POST"])
@guarded(policy.HOLD)
def refund(public_id: UUID) -> Any:
    """Ask euros back."""
    own, form = _wallet(public_id, lock=True), forms.RefundForm()
    there = url_for("wallets.show", public_id=public_id)
    if request.method == "GET" and (not _usable(own) or queries.waiting(db(), own.id)):
        return passed(there, _("Er is niets te vragen: er wacht al een verzoek, of dit is voorbij."))
    about = (
        _("Wat u nog maar kort hebt, kan iets kosten. Lees de regels van dit geld.")
        if own.firm
        else _("U krijgt elke euro terug. Dat kost niets.")
    )
    return submit(
        form,
        lambda session: services.ask_refund(session, wallet=own, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("Uw verzoek is binnen. Het programma betaalt u terug."),
        page=lambda: _act(_("Vraag euro’s terug"), form, there, own.live, about),
    )


@bp.post("/<uuid:public_id>/refund/<uuid:asked>/withdraw")
@guarded(policy.HOLD)
def withdraw(public_id: UUID, asked: UUID) -> Any:
    """Take back what one asked."""
    return press(
        lambda session: services.withdraw_refund(
            session, public_id=asked, party_id=_party_id(), actor=actor(), at=now()
        ),
        then=url_for("wallets.show", public_id=public_id),
        said=_("Uw verzoek is ingetrokken. U kunt het geld weer uitgeven."),
    )


@programme.get("")
@guarded(instrument_policy.LOOK)
def index_all() -> str:
    """All instruments with their switch."""
    there = {each.code: each for each in instruments.instruments(db())}
    runs = instrument_policy.may(actor(), instrument_policy.RUN)
    return render_template("ledger/wallets/instruments.html", there=there, runs=runs, **COMMON)


@programme.get("/<code>")
@guarded(instrument_policy.LOOK)
def instrument(code: str) -> Any:
    """One instrument: switch, backing, meter, refunds and holders."""
    chosen = _code(code)
    found = instruments.find_instrument(db(), chosen)
    if found is None:
        return passed(url_for("instruments.index_all"), _("Dit geld is nog niet ingericht."))
    facts: dict[str, Any] = {"count": None, "withheld": 0}
    if found.rule.backed:
        volume, residents = (
            queries.volume(db(), found, now()),
            queries.residents(db(), chosen, live=found.live),
        )
        facts = {
            "volume": volume, "warned": instrument_rules.warned(volume.minor), "stop": Money(instrument_rules.STOP),
            "supply": instruments.supply(db(), found), "backing": instruments.backing(db(), found),
            "count": instruments.last_count(db(), found), "residents": residents,
            "withheld": rules.withheld(residents.number),
        }  # fmt: skip
    return render_template(
        "ledger/wallets/instrument.html", found=found, rule=found.rule, live=found.live, **facts,
        refunds=paged(db(), queries.refunds(chosen, live=found.live), scalar=False),
        holders=paged(db(), queries.firms(chosen, live=found.live), scalar=False),
        thanks=instruments.thanks(db(), found) if found.rule.kind == "appreciation" else None, decimal=Decimal,
        why=[CAUSES[each.cause] for each in instruments.open_stops(db(), found)] if found.stopped else (),
        runs=instrument_policy.may(actor(), instrument_policy.RUN), me=actor().user_id, **COMMON,
    )  # fmt: skip


@programme.route("/<code>/set-up", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def set_up(code: str) -> Any:
    """Give it its keeper."""
    form, chosen, there = forms.KeeperForm(), _code(code), url_for("instruments.instrument", code=code)
    if request.method == "GET" and instruments.find_instrument(db(), chosen):
        return passed(there, _("Dit geld is al ingericht."))
    about = _("Een aparte stichting bewaart de euro’s en de boeken. Zij staat hier al als organisatie.")
    return submit(
        form,
        lambda session: instrument_services.set_up(
            session, code=chosen, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: there,
        said=_("Het geld is ingericht, als simulatie."),
        page=lambda: _act(_("Richt in"), form, url_for("instruments.index_all"), False, about),
    )


@programme.route("/<code>/review", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def review(code: str) -> Any:
    """Write the legal review down."""
    return _change(
        code, forms.ReviewForm(), instrument_services.propose_review, _("Schrijf de juridische toets op"),
        _("De toets staat er. Een ander bevestigt hem."),
        _("Tot een ander de toets bevestigt, blijft alles simulatie."), lambda found: not found.live,
    )  # fmt: skip


@programme.route("/<code>/confirm", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def confirm(code: str) -> Any:
    """Confirm the legal review: from simulation to real, which is never undone; first asked, then done."""
    return _change(
        code, forms.ConfirmForm(), instrument_services.confirm_review, _("Bevestig de toets"),
        _("Bevestigd. Vanaf nu is het echt geld."),
        _("Lees het stuk van de jurist. Daarna is dit echt geld, en begint elke portemonnee leeg."),
        lambda found: not found.live and found.proposed_by_id not in {None, actor().user_id},
    )  # fmt: skip


@programme.route("/<code>/count", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def count(code: str) -> Any:
    """Count the backing."""
    return _change(
        code, forms.CountForm(), instrument_services.count_backing, _("Tel de dekking"), _("De telling is bewaard."),
        _("Kijk op het afschrift. Is er een cent te weinig, dan stopt het uitgeven."), _backed,
    )  # fmt: skip


@programme.route("/<code>/issue", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def issue(code: str) -> Any:
    """Issue against euros received."""
    return _change(
        code, forms.IssueForm(), services.issue, _("Geef tegoed uit"), _("Het tegoed is uitgegeven."),
        _("Alleen tegen euro’s die op de aparte rekening staan. Elk kenmerk telt één keer."), _backed,
    )  # fmt: skip


@programme.route("/<code>/credit", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def credit(code: str) -> Any:
    """Give limits by sales."""
    return _change(
        code, forms.CreditForm(), services.set_credit, _("Geef krediet"), _("De grenzen zijn gezet."),
        _("Een twaalfde van de verkoop per jaar, en hoogstens 5.000. Erboven het dubbele."),
        lambda found: found.rule.kind == "mutual",
    )  # fmt: skip


@programme.post("/refunds/<uuid:public_id>/paid")
@guarded(instrument_policy.RUN)
def paid(public_id: UUID) -> Any:
    """Write down that a refund was paid."""
    code = queries.refund(db(), public_id).wallet.instrument_code
    return press(
        lambda session: services.pay_refund(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("instruments.instrument", code=code),
        said=_("Terugbetaald. Het staat in de boeken."),
    )


def _change(
    code: str, form: Any, act: Callable[..., object], title: str, said: str, about: str,
    fits: Callable[[Instrument], bool],
) -> Any:  # fmt: skip
    """A form of one instrument on a page of its own, while it fits how the instrument stands."""
    chosen, there = _code(code), url_for("instruments.instrument", code=code)
    found = instruments.instrument(db(), chosen)
    if request.method == "GET" and not fits(found):
        return passed(there, _("Dit kan bij dit geld niet, of niet meer."))
    return submit(
        form,
        lambda session: act(session, code=chosen, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=said,
        page=lambda: _act(title, form, there, found.live, about),
    )


def _act(title: str, form: Form, back: str, live: bool, about: str) -> str:
    return render_template(
        "ledger/wallets/act.html", title=title, form=form, back=back, live=live, about=about
    )
