"""Pages of collecting dues through the own bank: the contract, mandates, files, and what the bank said."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from coops.capital import queries as capital
from coops.collecting import policy
from coops.collecting import queries as collections
from coops.collecting.forms import ADVICE, WHY
from coops.collecting.views import mandate_text
from coops.debiting import forms, services
from coops.members import queries as registers
from coops.members.views import home
from cwb.kernel.clock import local_date
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.batches.forms import ANSWERS
from ledger.collected.queries import seen_on
from ledger.debits import queries, rules
from ledger.debits.errors import DebitFileUnknown
from ledger.debits.rules import DebitState
from ledger.mandates import queries as mandates

bp = Blueprint("debiting", __name__)


@bp.route("/membership/mandate/bank", methods=["GET", "POST"])
@guarded(policy.OWN)
def give() -> Any:
    """Give a mandate with the own account, where the cooperative collects through its own bank."""
    member = registers.own(db(), actor())
    here = url_for("collecting.own")
    terms = mandates.find_terms(db(), member.organisation_id)
    creditor = queries.find_creditor(db(), member.organisation_id)
    if terms is None or creditor is None:
        return passed(here, _("Uw coöperatie incasseert niet via haar eigen bank."))
    if mandates.find_live(db(), member.organisation_id, capital.debit_subject(member)) is not None:
        return passed(here, _("U gaf al een machtiging."))
    form = forms.PhoneForm()
    wording = f"{mandate_text(terms)} {_('Het incassant-ID is %(number)s.', number=creditor.creditor_id)}"
    return submit(
        form,
        lambda session: services.give_by_phone(
            session, member=member, agreed=bool(form.agreed.data), iban=form.iban.data, holder=form.holder.data,
            wording=wording, actor=actor(), at=now(),
        ),
        then=lambda _made: here,
        said=_("Uw machtiging staat."),
        page=lambda: render_template("coops/debiting/give.html", form=form, wording=wording),
    )  # fmt: skip


@bp.route("/capital/collections/bank", methods=["GET", "POST"])
@guarded(policy.KEEP)
def creditor() -> Any:
    """Write the contract with the own bank down."""
    form = forms.CreditorForm(creditor=queries.find_creditor(db(), home()), iban=capital.iban(db(), home()))
    return submit(
        form,
        lambda session: services.set_creditor(
            session, creditor_id=form.creditor_id.data, iban=form.iban.data, version=form.seen(), actor=actor(),
            at=now(),
        ),
        then=lambda _done: url_for("collecting.index"),
        said=_("Bewaard. U kunt nu machtigingen met een rekening bewaren."),
        page=lambda: render_template("coops/debiting/creditor.html", form=form),
    )  # fmt: skip


@bp.get("/capital/collections/mandates")
@guarded(policy.KEEP)
def members() -> str:
    """Which member gave a mandate, and how."""
    return render_template(
        "coops/debiting/members.html",
        givers=collections.givers(db(), home()),
        media=forms.MEDIA,
        creditor=queries.find_creditor(db(), home()),
    )


@bp.get("/capital/collections/mandates/list.csv")
@guarded(policy.KEEP)
def listing() -> Any:
    """The same as a file; of an account the last four signs."""
    head = ("member", "medium", "reference", "given_on", "account_ends_in")
    rows = (
        (member.number, *((each.medium, each.reference, each.given_on, each.last4) if each else ("",) * 4))
        for member, each in collections.givers(db(), home())
    )
    return csv_file("mandates", head, rows)


@bp.route("/capital/collections/mandates/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def paper(public_id: UUID) -> Any:
    """Write a mandate on paper down, or see and end the one that stands."""
    member = registers.member(db(), public_id, home())
    form = forms.PaperForm()
    found = mandates.find_live(db(), home(), capital.debit_subject(member))
    return submit(
        form,
        lambda session: services.give_on_paper(
            session, member=member, iban=form.iban.data, holder=form.holder.data, signed_on=form.signed_on.data,
            actor=actor(), at=now(),
        ),
        then=lambda _made: url_for("debiting.members"),
        said=_("De machtiging staat. Bewaar het papier."),
        page=lambda: render_template(
            "coops/debiting/paper.html", form=form, member=member, mandate=found, media=forms.MEDIA,
            may=queries.find_creditor(db(), home()) is not None,
        ),
    )  # fmt: skip


@bp.post("/capital/collections/mandates/<uuid:public_id>/end")
@guarded(policy.KEEP)
def end(public_id: UUID) -> Any:
    """End a mandate of the own bank."""
    return press(
        lambda session: services.end_mandate(
            session, member=registers.member(session, public_id, home()), actor=actor(), at=now()
        ),
        then=url_for("debiting.members"),
        said=_("De machtiging is beëindigd. Er wordt niets meer afgeschreven."),
    )


@bp.route("/capital/collections/files", methods=["GET", "POST"])
@guarded(policy.KEEP)
def index() -> Any:
    """Make a file of what was announced; the files of before."""
    form = Button()
    today = local_date(now())

    def page() -> str:
        return render_template(
            "coops/debiting/index.html", form=form, page=paged(db(), queries.files(home())),
            creditor=queries.find_creditor(db(), home()), until=today + rules.AHEAD,
            waiting=len(collections.for_bank(db(), home(), today + rules.AHEAD)), answers=ANSWERS,
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.make_file(session, actor=actor(), at=now()),
        then=lambda made: url_for("debiting.show", public_id=made.public_id),
        said=_("Het bestand is klaar."),
        page=page,
    )


@bp.get("/capital/collections/files/<uuid:public_id>")
@guarded(policy.KEEP)
def show(public_id: UUID) -> str:
    """One file: what it takes of whom, and what the bank said of it."""
    found = queries.file(db(), public_id, home())
    ids = [each.id for each in found.lines]
    seen = seen_on(db(), ids)
    untouched = not seen and all(each.state is DebitState.SENT for each in found.lines)
    return render_template(
        "coops/debiting/show.html", file=found, seen=seen, members=collections.of_debits(db(), ids),
        states=forms.STATES, why=WHY, advice=ADVICE, may_withdraw=untouched, answers=ANSWERS,
    )  # fmt: skip


@bp.get("/capital/collections/files/<uuid:public_id>.csv")
@guarded(policy.KEEP)
def lines(public_id: UUID) -> Any:
    """The debits of a file with where each stands; of an account the last four signs."""
    found = queries.file(db(), public_id, home())
    ids = [each.id for each in found.lines]
    seen, members = seen_on(db(), ids), collections.of_debits(db(), ids)
    head = (
        "mark", "member", "reference", "account_ends_in", "collect_on", "amount", "turn", "state", "came_in_on", "code",
    )  # fmt: skip
    rows = (
        (
            each.mark, members[each.id].number if each.id in members else "", each.mandate.reference,
            each.mandate.last4, each.collect_on, each.money, each.turn.value, each.state.value, seen.get(each.id, ""),
            each.code,
        )
        for each in found.lines
    )  # fmt: skip
    return csv_file(f"incasso-{found.message_id[:12]}", head, rows)


@bp.get("/capital/collections/files/<uuid:public_id>.xml")
@guarded(policy.KEEP)
def content(public_id: UUID) -> Response:
    """The file itself, as it was made."""
    found = queries.file(db(), public_id, home())
    name = f"attachment; filename=incasso-{found.message_id[:12]}.xml"
    return Response(found.content, mimetype="application/xml", headers={"Content-Disposition": name})


@bp.post("/capital/collections/files/<uuid:public_id>/withdraw")
@guarded(policy.KEEP)
def withdraw(public_id: UUID) -> Any:
    """Say that a file was never sent to the bank."""
    return press(
        lambda session: services.withdraw_file(
            session, file=queries.file(session, public_id, home()), actor=actor(), at=now()
        ),
        then=url_for("debiting.show", public_id=public_id),
        said=_("Ingetrokken. Alles staat weer klaar voor een nieuw bestand."),
    )


@bp.route("/capital/collections/files/<uuid:public_id>/<mark>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def refused(public_id: UUID, mark: str) -> Any:
    """Say that the bank refused one debit of a file.

    Raises:
        DebitFileUnknown: no such debit in it.
    """
    found = queries.file(db(), public_id, home())
    debit = next((each for each in found.lines if each.mark == mark), None)
    if debit is None:
        raise DebitFileUnknown
    there = url_for("debiting.show", public_id=public_id)
    if debit.state is not DebitState.SENT or seen_on(db(), [debit.id]):
        return passed(there, _("Over deze incasso is al beslist."))
    form = forms.RefusedForm()
    return submit(
        form,
        lambda session: services.refuse(session, debit=debit, code=form.code.data or "", actor=actor(), at=now()),
        then=lambda _done: there,
        said=_("Bewaard. Het bedrag staat weer open, en het lid krijgt bericht."),
        page=lambda: render_template(
            "coops/debiting/refused.html", form=form, debit=debit, file=found,
            member=collections.of_debits(db(), [debit.id]).get(debit.id),
        ),
    )  # fmt: skip
