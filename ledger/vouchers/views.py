"""Pages of money on paper: for who prints it (`/vouchers`), and for the till that takes it (`/till/paper`)."""

import io
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, current_app, render_template, request, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.kernel.money import Money
from cwb.sign_in.views import limit
from cwb.web.guards import guarded
from cwb.web.i18n import _, language
from cwb.web.pages import csv_file, paged, pdf_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.shops.policy import TILL
from ledger.shops.queries import tills
from ledger.vouchers import forms, policy, queries, rules, services
from ledger.vouchers.services import Printed
from ledger.wallets import queries as wallets
from ledger.wallets import services as wallet_services
from ledger.wallets.models import Wallet

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers")
till = Blueprint("paper_till", __name__, url_prefix="/till/paper")

COMMON: dict[str, Any] = {"instruments": INSTRUMENTS, "money_of": Money, "states": rules.STATES}


def _own() -> int | None:
    return actor().organisation_id


def _wallets() -> list[Any]:
    """The wallets one can print from: of money with euros against it."""
    return [each for each in tills(db(), _own()) if INSTRUMENTS[Code(each.instrument_code)].backed]


@bp.get("")
@guarded(policy.PRINT)
def index() -> str:
    """The sheets of one's organisation, and what is on paper in all."""
    own, page = _wallets(), paged(db(), queries.sheets(_own()))
    left = queries.left(db(), [each.id for each in page.rows])
    found: Instrument | None = instruments.find_instrument(db(), Code.NWE)
    return render_template(
        "ledger/vouchers/index.html", wallets=own, page=page, left=left, there=found,
        live=all(each.live for each in own), tie=queries.tie(db(), found) if found else None,
        states_of={each.id: rules.state(each, left.get(each.id, 0), now()) for each in page.rows}, **COMMON,
    )  # fmt: skip


@bp.get("/list.csv")
@guarded(policy.PRINT)
def listing() -> Response:
    """The same as a file."""
    rows = db().scalars(queries.sheets(_own())).all()
    left = queries.left(db(), [each.id for each in rows])
    return csv_file(
        "vouchers", ("sheet", "instrument", "amount", "count", "left", "printed_at", "expires_at", "state", "reason"),
        [
            (
                each.label, each.wallet.instrument_code, Money(each.amount), each.count, left.get(each.id, 0),
                each.printed_at, each.expires_at, rules.state(each, left.get(each.id, 0), now()).value, each.reason,
            )
            for each in rows
        ],
    )  # fmt: skip


@bp.post("/open")
@guarded(policy.PRINT)
def open_one() -> Any:
    """A wallet for one's organisation, to print from."""
    return press(
        lambda session: wallet_services.open_wallet(
            session, code=Code.NWE, party=wallets.party(session, _own() or 0), actor=actor(), at=now()
        ),
        then=url_for("vouchers.index"),
        said=_("De portemonnee is open. Zet er eerst tegoed op."),
    )


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.PRINT)
def new() -> Any:
    """Print a sheet. The answer is the paper itself: the codes stand nowhere else."""
    own, there = _wallets(), url_for("vouchers.index")
    if not own:
        return passed(there, _("Open eerst een portemonnee."))
    form, made = forms.PrintForm(wallets=own), list[Response]()

    def act(session: Any) -> Printed:
        wallet = next(
            (each for each in own if "wallet" in form and str(each.public_id) == form.wallet.data), own[0]
        )
        printed = services.print_sheet(session, wallet=wallet, actor=actor(), at=now(), **form.values())
        made.append(_paper(printed, wallet))
        return printed

    answer = submit(
        form, act, then=lambda printed: url_for("vouchers.show", public_id=printed.sheet.public_id),
        page=lambda: render_template(
            "ledger/vouchers/new.html", form=form, back=there, live=all(each.live for each in own),
            free=wallets.free(db(), own[0]), **COMMON,
        ),
    )  # fmt: skip
    return made[0] if made and getattr(answer, "status_code", 0) == 303 else answer


def _paper(printed: Printed, wallet: Wallet) -> Response:
    """The sheet to print. Made before the commit: where it fails, no money has left the wallet."""
    sheet = printed.sheet
    instrument = INSTRUMENTS[Code(wallet.instrument_code)]
    made = rules.paper(
        Words(language()), label=sheet.label, giver=actor().organisation_name or "", money=instrument.name,
        live=wallet.live, amount=Money(sheet.amount), last_on=rules.last_day(sheet.expires_at),
        at=sheet.printed_at, codes=[(code, _picture(code)) for code in printed.codes],
    )  # fmt: skip
    return pdf_file(f"bonnen-{sheet.label}", pdf(made))


def _picture(code: str) -> str:
    """The QR code of the till's page with this code filled in, for the shop's own camera."""
    link = current_app.extensions["cwb.config"].base_url + url_for("paper_till.redeem", code=code)
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="svg", scale=4, border=4, dark="black", light="white")
    return picture.getvalue().decode()


@bp.get("/<uuid:public_id>")
@guarded(policy.PRINT)
def show(public_id: UUID) -> str:
    """A sheet: what of it was used where, and what is left."""
    found = queries.sheet(db(), public_id, _own())
    left = queries.left(db(), [found.id]).get(found.id, 0)
    return render_template(
        "ledger/vouchers/show.html", found=found, left=left, state=rules.state(found, left, now()),
        rows=db().execute(queries.vouchers(found.id)).all(), last_on=rules.last_day(found.expires_at),
        live=found.wallet.live, **COMMON,
    )  # fmt: skip


@bp.route("/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@guarded(policy.PRINT)
def withdraw(public_id: UUID) -> Any:
    """End a sheet that was lost."""
    found, form = queries.sheet(db(), public_id, _own()), forms.WithdrawForm()
    there, live = url_for("vouchers.show", public_id=public_id), found.wallet.live
    if request.method == "GET" and found.ended_at is not None:
        return passed(there, _("Dit vel is al klaar."))
    return submit(
        form,
        lambda session: services.withdraw(
            session, public_id=public_id, party_id=_own(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _rest: there,
        said=_("Ingetrokken. Wat niet gebruikt was, staat weer in de portemonnee."),
        page=lambda: render_template(
            "ledger/wallets/act.html", form=form, back=there, live=live, title=_("Trek het vel in"),
            about=_("Daarna werkt geen bon van dit vel meer. Dat kan niet terug."),
        ),
    )  # fmt: skip


@till.route("", methods=["GET", "POST"])
@guarded(TILL)
def redeem() -> Any:
    """Take a paper voucher. At most thirty tries in a quarter of an hour: nobody guesses a code."""
    own, form = tills(db(), _own()), forms.RedeemForm()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")[:40]
    elif form.validate():
        limit(redeem=f"voucher:{actor().user_id}")
    return submit(
        form,
        lambda session: services.redeem(session, party_id=_own(), actor=actor(), at=now(), **form.values()),
        then=lambda found: url_for("paper_till.done", public_id=found.public_id),
        page=lambda: render_template(
            "ledger/vouchers/redeem.html",
            form=form,
            tills=own,
            live=all(each.live for each in own if INSTRUMENTS[Code(each.instrument_code)].backed),
        ),
    )


@till.get("/<uuid:public_id>")
@guarded(TILL)
def done(public_id: UUID) -> str:
    """What a voucher paid, large."""
    found = queries.redeemed(db(), public_id, _own())
    return render_template(
        "ledger/vouchers/done.html",
        found=found,
        live=found.payment is not None and found.payment.live,
        **COMMON,
    )
