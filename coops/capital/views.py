"""Pages of capital and dues: the board's overview, one member's money, one's own, files for the accountant."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.capital import forms, policy, queries, rules, services
from coops.capital.rules import Pot
from coops.members import queries as registers
from coops.members.models import Member
from coops.members.views import home, refused
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.books.rules import KIND_NAMES
from ledger.checkout.queries import find_till
from ledger.checkout.queries import under_way as under_way_about

bp = Blueprint("capital", __name__)


def _years() -> list[int]:
    """The book years with something in them, newest first."""
    this = local_date(now()).year
    return list(range(this, (queries.first_year(db(), home()) or this) - 1, -1))


@bp.get("/capital")
@guarded(policy.KEEP)
def index() -> str:
    """What all members have to do with in money."""
    today = local_date(now())
    found = queries.holdings(db(), registers.members(db(), home(), with_left=True))
    terms = queries.find_terms(db(), home())
    period = rules.dues_period(terms.facts.dues_every, today) if terms else None
    return render_template(
        "coops/capital/index.html",
        holdings=[each for each in found if each.member.left_on is None or any(each.pots.values())],
        totals=queries.totals(found),
        pots=forms.POTS,
        today=today,
        late=sum(1 for each in found if each.behind(today)),
        terms=terms,
        every=forms.EVERY,
        period=period,
        asked=period is not None and queries.find_run(db(), home(), period.start) is not None,
        years=_years(),
    )


@bp.route("/capital/terms", methods=["GET", "POST"])
@guarded(policy.KEEP)
def terms() -> Any:
    """Write down what the statutes say."""
    form = forms.TermsForm(terms=queries.find_terms(db(), home()))
    return submit(
        form,
        lambda session: services.set_terms(
            session, facts=form.facts(), version=form.seen(), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("capital.index"),
        said=_("Bewaard. Wat al gevraagd is, verandert niet."),
        page=lambda: render_template("coops/capital/terms.html", form=form),
    )


@bp.route("/capital/dues", methods=["GET", "POST"])
@guarded(policy.KEEP)
def dues() -> Any:
    """Ask the dues of this period."""
    found = queries.find_terms(db(), home())
    period = rules.dues_period(found.facts.dues_every, local_date(now())) if found else None
    return submit(
        form := Button(),
        lambda session: services.run_dues(session, actor=actor(), at=now()),
        then=lambda _done: url_for("capital.index"),
        said=_("De contributie is gevraagd en geboekt."),
        page=lambda: render_template(
            "coops/capital/dues.html",
            form=form,
            terms=found,
            count=len(registers.members(db(), home())),
            period=period,
            asked=period is not None and queries.find_run(db(), home(), period.start) is not None,
            runs=queries.runs(db(), home()),
        ),
    )


@bp.post("/capital/remind")
@guarded(policy.KEEP)
def remind() -> Any:
    """Write to who is behind."""
    form = Button()
    return submit(
        form,
        lambda session: services.remind(session, actor=actor(), at=now()),
        then=lambda _count: url_for("capital.index"),
        said=_("Wie achter is en een e-mailadres heeft, krijgt een mail: hooguit één per dag."),
        page=lambda: refused(form, url_for("capital.index")),
    )


@bp.get("/members/<uuid:public_id>/capital")
@guarded(policy.KEEP)
def show(public_id: UUID) -> str:
    """The money of one member."""
    return _money(registers.member(db(), public_id, home()), is_board=True)


@bp.get("/membership/capital")
@guarded(policy.OWN)
def own() -> str:
    """One's own money."""
    return _money(registers.own(db(), actor()), is_board=False)


@bp.post("/membership/capital/<any(called, dues):pot>/pay")
@guarded(policy.OWN)
def pay_online(pot: str) -> Any:
    """Pay online what is open of one's own."""
    member = registers.own(db(), actor())
    form, home_page = Button(), url_for("capital.own")
    return submit(
        form,
        lambda session: services.pay_online(session, member=member, pot=Pot(pot), actor=actor(), at=now()),
        then=lambda order: url_for("tills.back", public_id=order.public_id),
        page=lambda: refused(form, home_page),
    )


def _money(member: Member, *, is_board: bool) -> str:
    of = queries.accounts(db(), [member])
    [holding] = queries.holdings(db(), [member], of)
    payable = [pot for pot in rules.PAYABLE_POTS if holding.pots[pot]]
    own_till = not is_board and payable and find_till(db(), member.organisation_id)
    subjects = {queries.subkey(pot, member): pot for pot in payable}
    under_way = under_way_about(db(), subjects) if own_till else ()
    busy = {subjects[each.subject] for each in under_way}
    return render_template(
        "coops/capital/show.html",
        member=member,
        is_board=is_board,
        holding=holding,
        behind=holding.behind(local_date(now())),
        unpaid=(unpaid := holding.unpaid()),
        unpaid_shares={due.about for pot, due in unpaid if pot is Pot.CALLED},
        iban=queries.iban(db(), member.organisation_id) if unpaid else None,
        online=[pot for pot in payable if pot not in busy] if own_till and unpaid else [],
        under_way=under_way,
        reference=rules.reference,
        missed=queries.missed_run(db(), member, local_date(now())) if is_board else None,
        subscriptions=queries.subscriptions(db(), member.id),
        lines=[
            line
            for line in queries.lines(db(), [member], of=of)[member.id][::-1]
            if (line.kind, line.pot) != (rules.CALLED, Pot.CALLED)  # the other half of the line on capital
        ],
        pots=forms.POTS,
        kinds=KIND_NAMES,
        receipts=rules.RECEIPTS,
        payments=rules.PAYMENTS,
        years=_years(),
    )


@bp.route("/members/<uuid:public_id>/capital/subscribe", methods=["GET", "POST"])
@guarded(policy.KEEP)
def subscribe(public_id: UUID) -> Any:
    """Note that a member takes shares."""
    found = registers.member(db(), public_id, home())
    form = forms.SharesForm()
    return submit(
        form,
        lambda session: services.subscribe(
            session, member=registers.member(session, public_id, home()), shares=int(form.shares.data or 0),
            actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("capital.show", public_id=public_id),
        said=_("Opgeschreven. Vraag het geld als het zover is."),
        page=lambda: render_template(
            "coops/capital/subscribe.html", form=form, member=found, terms=queries.find_terms(db(), home())
        ),
    )  # fmt: skip


@bp.post("/capital/subscriptions/<uuid:public_id>/call")
@guarded(policy.KEEP)
def call(public_id: UUID) -> Any:
    """Ask the money of a subscription."""
    back = url_for("capital.show", public_id=queries.subscription(db(), public_id, home()).member.public_id)
    form = Button()
    return submit(
        form,
        lambda session: services.call_capital(
            session, subscription=queries.subscription(session, public_id, home()), actor=actor(), at=now()
        ),
        then=lambda _done: back,
        said=_("Het geld is gevraagd en geboekt."),
        page=lambda: refused(form, back),
    )


@bp.post("/members/<uuid:public_id>/capital/dues")
@guarded(policy.KEEP)
def ask_dues(public_id: UUID) -> Any:
    """Ask the dues of this period of a member who joined after the others were asked."""
    back = url_for("capital.show", public_id=public_id)
    form = Button()
    return submit(
        form,
        lambda session: services.ask_dues(
            session, member=registers.member(session, public_id, home()), actor=actor(), at=now()
        ),
        then=lambda _done: back,
        said=_("De contributie is dit lid gevraagd en geboekt."),
        page=lambda: refused(form, back),
    )


@bp.route("/members/<uuid:public_id>/capital/receive", methods=["GET", "POST"])
@guarded(policy.KEEP)
def receive(public_id: UUID) -> Any:
    """Book what a member paid."""
    found = registers.member(db(), public_id, home())
    [holding] = queries.holdings(db(), [found])
    form = forms.PaymentForm(pots=holding.pots)
    return submit(
        form,
        lambda session: services.receive(
            session, member=registers.member(session, public_id, home()), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _done: url_for("capital.show", public_id=public_id),
        said=_("De betaling is geboekt."),
        page=lambda: render_template(
            "coops/capital/receive.html", form=form, member=found, holding=holding, pots=forms.POTS,
        ),
    )  # fmt: skip


@bp.route("/members/<uuid:public_id>/capital/pay-out", methods=["GET", "POST"])
@guarded(policy.KEEP)
def pay_out(public_id: UUID) -> Any:
    """Book what was paid to a member of the own part of a surplus."""
    found = registers.member(db(), public_id, home())
    form = forms.PayOutForm()
    return submit(
        form,
        lambda session: services.pay_out(
            session, member=registers.member(session, public_id, home()), pot=Pot.SURPLUS,
            actor=actor(), at=now(), **form.values(),
        ),
        then=lambda _done: url_for("capital.show", public_id=public_id),
        said=_("De betaling is geboekt."),
        page=lambda: render_template(
            "coops/capital/pay_out.html", form=form, member=found, holding=queries.holdings(db(), [found])[0],
            pots=forms.POTS,
        ),
    )  # fmt: skip


@bp.post("/members/<uuid:public_id>/capital/<uuid:transfer_id>/undo")
@guarded(policy.KEEP)
def undo(public_id: UUID, transfer_id: UUID) -> Any:
    """Take a payment back that was booked by mistake."""
    back = url_for("capital.show", public_id=public_id)
    form = Button()
    return submit(
        form,
        lambda session: services.undo_receipt(
            session, member=registers.member(session, public_id, home()), transfer_id=transfer_id, actor=actor(),
            at=now(),
        ),
        then=lambda _done: back,
        said=_("Teruggedraaid. Beide boekingen blijven te zien."),
        page=lambda: refused(form, back),
    )  # fmt: skip


@bp.get("/capital/<int:year>/members.csv")
@guarded(policy.KEEP)
def yearly(year: int) -> Any:
    """Each member over a book year, for the accountant."""
    period = rules.book_year(year)
    found = registers.members(db(), home(), with_left=True)
    head = ["number", "name", "kind", "joined_on", "left_on"]
    head += [f"{pot}_{part}" for pot in Pot for part in ("opening", "more", "less", "closing")]
    lines = queries.lines(db(), found, before=period.end)
    rows = (
        (
            each.number, each.name, each.kind, each.joined_on, each.left_on,
            *(Money(minor) for part in rules.over_year(lines[each.id], period).values() for minor in part),
        )
        for each in found
        if each.joined_on < period.end
    )  # fmt: skip
    return csv_file(f"members-{year}", head, rows)


@bp.get("/capital/<int:year>/lines.csv")
@guarded(policy.KEEP)
def journal(year: int) -> Any:
    """The lines in the books behind it: debit plus, credit minus."""
    period = rules.book_year(year)
    found = registers.members(db(), home(), with_left=True)
    lines = queries.lines(db(), found, before=period.end)
    head = ("day", "transfer", "kind", "member", "account", "amount", "undoes", "undone")
    rows = sorted(
        (
            line.day, line.transfer, line.kind, each.number, rules.POTS[line.pot].name.format(number=each.number),
            Money(line.minor if rules.POTS[line.pot].debit else -line.minor),
            "yes" if line.undoes else "no", "yes" if line.undone else "no",
        )
        for each in found
        for line in lines[each.id]
        if line.day >= period.start
    )  # fmt: skip
    return csv_file(f"member-lines-{year}", head, rows)
