"""Pages of money ahead: the cooperative's, the fund's, and the anchor's notice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from coops.credit import forms, policy, queries, rules, services
from coops.credit.models import CreditApplication
from coops.fund import queries as funds
from coops.fund.models import Fund, FundGrant
from coops.fund.rules import FEWEST, YEAR_DAYS, cost
from coops.register import queries as registers
from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Action
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, language
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, pdf_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.advances import queries as advances
from ledger.advances import services as ahead
from ledger.agreements.queries import agreement
from ledger.invoicing.queries import invoice

bp = Blueprint("credit", __name__)


def _found(public_id: UUID, action: Action) -> CreditApplication:
    found = queries.application(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _there(public_id: UUID) -> str:
    return url_for("credit.show", public_id=public_id)


@bp.get("/credit/mine")
@guarded(policy.ASK)
def mine() -> str:
    """What the own cooperative asked, and on what it can ask."""
    own, fund = actor().organisation_id or 0, funds.find_fund(db())
    return render_template(
        "coops/credit/mine.html", found=queries.applications(db(), borrower_id=own), states=rules.STATE_NAMES,
        today=local_date(now()), invoices=queries.invoices_to_ask_on(db(), own) if fund else (),
        agreements=queries.agreements_to_ask_on(db(), own, local_date(now())) if fund else (), fund=fund,
        own=own, wish={key: request.args[key] for key in ("amount", "purpose") if key in request.args},
    )  # fmt: skip


@bp.route("/credit/ask/<any(invoice, contract):kind>/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask(kind: str, public_id: UUID) -> Any:
    """Ask for money ahead on an invoice or a contract."""
    own, today = actor().organisation_id or 0, local_date(now())
    which: dict[str, int | None] = {"invoice_id": None, "agreement_id": None}
    last = None
    if kind == "invoice":
        asked = invoice(db(), public_id)
        which["invoice_id"], last = asked.id, asked.due_on
    else:
        which["agreement_id"] = agreement(db(), public_id).id
    fund = funds.fund(db())
    usual = rules.usual_due(last, today)
    form = forms.AskForm(data={"due_on": usual, **forms.wished(request.args)})

    def page() -> str:
        found = queries.base(db(), borrower_id=own, **which)
        due_on = form.due_on.data or usual
        terms = funds.terms(db(), fund.id, today)
        room = queries.room(db(), fund=fund, found=found, borrower_id=own, due_on=due_on, at=now())
        days = max((due_on - today).days, 0)
        return render_template(
            "coops/credit/ask.html", form=form, base=found, room=room, rate=terms.rate, days=days,
            fee=cost(room.most, terms.rate, days), due_on=due_on, year=YEAR_DAYS,
            share=terms.facts.share(on_invoice=found.invoice is not None),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.ask(session, fund=fund, wish=form.wish(), actor=actor(), at=now(), **which),
        then=lambda made: _there(made.public_id),
        said=_("Uw aanvraag is verstuurd. U krijgt bericht als er beslist is."),
        page=page,
    )


@bp.get("/credit/applications")
@guarded(policy.LIST)
def index() -> str:
    """All applications at the fund, and what waits for its keeper."""
    fund = funds.fund(db())
    permit(policy.may(actor(), policy.LIST))
    found = queries.applications(db(), fund_id=fund.id)
    return render_template(
        "coops/credit/index.html", fund=fund, found=found, states=rules.STATE_NAMES, free=queries.free(db(), fund),
        today=local_date(now()),
        to_pass_on=advances.to_pass_on(db(), fund.organisation_id), late=queries.overdue(found, local_date(now())),
        may_run=policy.may(actor(), policy.RUN), made=_report(fund)[1],
    )  # fmt: skip


@bp.get("/credit/applications.csv")
@guarded(policy.LIST)
def listing() -> Response:
    """The same as a file."""
    head = (
        "borrower", "debtor", "state", "asked_at", "amount", "fee", "due_on", "paid_out_on", "owed", "written_off",
    )  # fmt: skip
    rows = [
        (
            each.borrower.name, each.debtor.name, each.state.value, each.asked_at, _euro(each.amount), _euro(each.fee),
            each.due_on, made.paid_out_on if made else None, _euro(made.claim.owed if made else 0),
            _euro(made.written_off_amount if made else 0),
        )
        for each in queries.applications(db(), fund_id=funds.fund(db()).id) for made in [each.advance]
    ]  # fmt: skip
    return csv_file("credit", head, rows)


@bp.get("/credit/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """One application: how it stands, what it costs, what comes next."""
    found = _found(public_id, policy.SEE)
    decides = policy.may(actor(), policy.DECIDE, found)
    waits = decides and found.state is rules.State.ASKED
    impartial = not waits or rules.is_impartial(actor().user_id, queries.ties(db(), found, actor().user_id))
    return render_template(
        "coops/credit/show.html", each=found, states=rules.STATE_NAMES, year=YEAR_DAYS, impartial=impartial,
        base=queries.base_of(db(), found), keeps=policy.may(actor(), policy.RUN, found), decides=decides,
        may_lose=policy.may(actor(), policy.LOSE, found),
        owns=policy.may(actor(), policy.ASK, found),
        may_withdraw=policy.may(actor(), policy.WITHDRAW, found), user_id=actor().user_id, today=local_date(now()),
        above=queries.above(db(), found, local_date(now())),
        receipts=advances.receipts(db(), found.advance_id) if found.advance_id else (),
    )  # fmt: skip


def _whole(found: CreditApplication) -> dict[str, Any]:
    """An application with what it rests on."""
    return {"each": found, "base": queries.base_of(db(), found)}


def _weighed(found: CreditApplication) -> dict[str, Any]:
    """What a decision weighs: the room under each limit, what was asked before, whether it is verified."""
    return {
        "room": queries.room(
            db(), fund=found.fund, found=queries.base_of(db(), found), borrower_id=found.borrower_id,
            due_on=found.due_on, at=now(), besides=found.id,
        ),
        "all_asked": queries.applications(db(), fund_id=found.fund_id, borrower_id=found.borrower_id),
        "verified": registers.is_verified(db(), found.borrower_id, now()), "states": rules.STATE_NAMES,
        "today": local_date(now()),
    }  # fmt: skip


def _step(
    public_id: UUID, action: Action, form: Any, act: Any, *, said: str, template: str, step: rules.Step | None = None,
    more: Callable[[CreditApplication], dict[str, Any]] | None = None,
) -> Any:  # fmt: skip
    """One act on an application, from its own small page; where it cannot be done any more one reads the outcome."""
    found = _found(public_id, action)
    if (
        request.method == "GET"
        and step
        and not rules.is_due(step, found.state, is_paid_out=found.is_paid_out)
    ):
        return passed(
            _there(public_id), _("Dit is al gedaan, of het kan nu niet. Hier staat hoe het ervoor staat.")
        )
    return submit(
        form,
        lambda session: act(session, application=queries.application(session, public_id), actor=actor(), at=now()),
        then=lambda _made: _there(public_id),
        said=said,
        page=lambda: render_template(
            f"coops/credit/{template}.html", form=form, year=YEAR_DAYS,
            **_whole(seen := queries.application(db(), public_id)), **(more(seen) if more else {}),
        ),
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/decide", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def decide(public_id: UUID) -> Any:
    """Approve or refuse."""
    form = forms.DecideForm()
    return _step(
        public_id, policy.DECIDE, form, lambda session, **who: services.decide(session, **form.values(), **who),
        said=_("Uw besluit staat vast. De coöperatie kreeg bericht."), template="decide",
        step=rules.Step.DECIDE, more=_weighed,
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/sign", methods=["GET", "POST"])
@guarded(policy.ASK)
def sign(public_id: UUID) -> Any:
    """Sign the deed; the notice goes out."""
    form = forms.SignForm()
    return _step(
        public_id, policy.ASK, form,
        lambda session, **who: services.sign_deed(session, agreed=bool(form.agreed.data), **who),
        said=_("Getekend. De koper kreeg de mededeling. Het fonds betaalt nu uit."), template="sign",
        step=rules.Step.SIGN,
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@guarded(policy.WITHDRAW)
def withdraw(public_id: UUID) -> Any:
    """Take it back before the money is paid out."""
    return _step(
        public_id, policy.WITHDRAW, Button(), services.withdraw,
        said=_("De aanvraag is ingetrokken."), template="withdraw",
        step=rules.Step.WITHDRAW,
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/pay-out", methods=["GET", "POST"])
@guarded(policy.RUN)
def pay_out(public_id: UUID) -> Any:
    """Write down that the fund paid."""
    form = forms.DayForm(data={"paid_on": local_date(now())})
    return _step(
        public_id, policy.RUN, form,
        lambda session, **who: services.pay_out(session, paid_on=form.paid_on.data or local_date(now()), **who),
        said=_("De uitbetaling staat in de boeken."), template="pay_out",
        step=rules.Step.PAY_OUT,
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/receive", methods=["GET", "POST"])
@guarded(policy.RUN)
def receive(public_id: UUID) -> Any:
    """Write down money that came in past an invoice."""
    form = forms.ReceiveForm(data={"paid_on": local_date(now())})
    return _step(
        public_id, policy.RUN, form, lambda session, **who: services.receive(session, **form.values(), **who),
        said=_("De ontvangst staat in de boeken."), template="receive",
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/loss", methods=["GET", "POST"])
@guarded(policy.LOSE)
def loss(public_id: UUID) -> Any:
    """Say that it will not come back; or, as the second person, book it."""
    found = _found(public_id, policy.LOSE)
    rules.check_overdue(found.due_on, local_date(now()))
    confirms = found.loss_proposed_at is not None
    if request.method == "GET" and found.loss_confirmed_at is not None:
        return passed(_there(public_id), _("Het verlies staat in de boeken."))
    if request.method == "GET" and found.loss_proposed_by_id == actor().user_id:
        return passed(_there(public_id), _("U stelde dit voor. Een collega bevestigt."))
    form = forms.ConfirmLossForm() if confirms else forms.LossForm()

    def act(session: Any, **who: Any) -> CreditApplication:
        if isinstance(form, forms.LossForm):
            return services.propose_loss(session, reason=form.reason.data or "", **who)
        return services.confirm_loss(session, read=bool(form.read.data), **who)

    said = _("Het verlies staat in de boeken.") if confirms else _("Voorgesteld. Een collega bevestigt.")
    return _step(public_id, policy.LOSE, form, act, said=said, template="loss")


@bp.post("/credit/<uuid:public_id>/loss/drop")
@guarded(policy.LOSE)
def drop_loss(public_id: UUID) -> Any:
    """Take a proposed loss back, or refuse it."""
    found = _found(public_id, policy.LOSE)
    return press(
        lambda session: services.drop_loss(session, application=found, actor=actor(), at=now()),
        then=_there(public_id), said=_("Het verlies is niet geboekt. Het voorschot loopt door."),
    )  # fmt: skip


@bp.route("/credit/receipts/<uuid:public_id>/pass-on", methods=["GET", "POST"])
@guarded(policy.RUN)
def pass_on(public_id: UUID) -> Any:
    """Write down that the fund paid a rest on."""
    fund = funds.fund(db())
    permit(fund.keeper_id == actor().organisation_id)
    form = forms.DayForm(data={"paid_on": local_date(now())})
    return submit(
        form,
        lambda session: ahead.pass_on(
            session, receipt=advances.receipt_locked(session, public_id, fund.organisation_id),
            paid_on=form.paid_on.data or local_date(now()), actor=actor(), at=now(),
        ),
        then=lambda _made: url_for("credit.index"),
        said=_("De doorbetaling staat in de boeken."),
        page=lambda: render_template(
            "coops/credit/pass_on.html", form=form,
            each=advances.receipt_locked(db(), public_id, funds.fund(db()).organisation_id),
        ),
    )  # fmt: skip


@bp.route("/credit/<uuid:public_id>/notice", methods=["GET", "POST"])
@guarded(policy.NOTICE)
def notice(public_id: UUID) -> Any:
    """The notice to who pays: to what account, since when."""
    found = _found(public_id, policy.NOTICE)
    return submit(
        Button(),
        lambda session: services.see_notice(session, application=found, actor=actor(), at=now()),
        then=lambda _made: url_for("credit.notice", public_id=public_id),
        said=_("Dank u. Het fonds weet dat u dit las."),
        page=lambda: render_template("coops/credit/notice.html", each=found),
    )


@bp.get("/credit/<uuid:public_id>/deed.pdf")
@guarded(policy.SEE)
def deed_file(public_id: UUID) -> Response:
    """The deed of assignment."""
    made = _found(public_id, policy.SEE).deed
    return pdf_file(f"akte-{made.base}", pdf(rules.deed(Words(language()), made)))


@bp.get("/credit/<uuid:public_id>/notice.pdf")
@guarded(policy.PAPER)
def notice_file(public_id: UUID) -> Response:
    """The notice to who pays."""
    found = queries.application(db(), public_id)
    permit(policy.may_read_paper(actor(), found))
    made = found.deed
    return pdf_file(
        f"mededeling-{made.base}", pdf(rules.notice(Words(language()), replace(made, conditions="")))
    )


@bp.get("/credit")
@public
@kept
def report() -> str:
    """What the fund does, for everybody."""
    fund = funds.find_fund(db())
    if fund is None:
        return render_template("coops/credit/report.html", fund=None)
    found, made = _report(fund)
    return render_template(
        "coops/credit/report.html", fund=fund, grants=found, made=made, shown=made.totals.borrowers >= FEWEST,
        fewest=FEWEST, terms=funds.find_terms(db(), fund.id, local_date(now())),
    )  # fmt: skip


@bp.get("/credit.csv")
@public
def report_file() -> Response:
    """The same as a file: capital by grant, the fund as a whole, and more where enough cooperatives borrowed."""
    rows: list[tuple[object, ...]] = []
    fund = funds.find_fund(db())
    if fund is not None:
        found, made = _report(fund)
        rows = [
            ("grant", each.source, _euro(each.amount), each.received_on, each.ends_on, each.outcome or each.hand_over)
            for each in found
        ]  # fmt: skip
        sums = made.totals
        if sums.borrowers >= FEWEST:
            facts: tuple[tuple[str, object], ...] = (
                ("borrowers", sums.borrowers), ("advanced", _euro(sums.advanced)),
                ("outstanding", _euro(sums.outstanding)), ("repaid", _euro(sums.repaid)),
                ("losses", _euro(sums.written_off - sums.recovered)), ("overdue", _euro(sums.overdue)),
                ("turnover_per_year", "" if made.turnover is None else f"{made.turnover:.4f}"),
                ("days_outstanding", "" if made.mean_days is None else f"{made.mean_days:.1f}"),
            )  # fmt: skip
        else:
            facts = (
                ("losses", _euro(sums.written_off - sums.recovered)),
                ("turnover_per_year", "" if made.turnover is None else f"{made.turnover:.1f}"),
            )  # fmt: skip
        rows += [("figure", name, value, "", "", "") for name, value in facts]
    return csv_file("fund", ("kind", "name", "value", "received_on", "ends_on", "hand_over"), rows)


def _report(fund: Fund) -> tuple[Sequence[FundGrant], funds.Report]:
    """The fund's capital, and its figures as they are published today."""
    found = funds.grants(db(), fund.id)
    return found, funds.published(db(), fund, [each.capital for each in found], local_date(now()))


def _euro(cents: int) -> str:
    return Money(cents).plain()
