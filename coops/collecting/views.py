"""Pages of collecting dues: a member's own mandate, and the board's list of what is collected."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, render_template, url_for

from coops.capital import queries as capital
from coops.collecting import forms, policy, queries, services
from coops.collecting.rules import CollectionState
from coops.members import queries as registers
from coops.members.models import Member
from coops.members.views import home
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit
from ledger.checkout.errors import CallRefused, ProviderBusy
from ledger.checkout.gateway import Provider, provider
from ledger.checkout.queries import find_till
from ledger.collected.queries import seen_on
from ledger.debits.queries import find_creditor
from ledger.mandates import queries as mandates
from ledger.mandates import services as debits
from ledger.mandates.forms import STATES as MANDATE_STATES
from ledger.mandates.models import DebitTerms
from ledger.mandates.policy import may
from ledger.mandates.rules import LIVE, REFUND_WEEKS, UNAUTHORISED_MONTHS, lapses_on

bp = Blueprint("collecting", __name__)


def _door() -> Provider:
    return provider(current_app.extensions["cwb.config"])


def mandate_text(terms: DebitTerms) -> str:
    """What a member agrees to, in the language of the page: for what, how, and how to get money back."""
    parts = (
        _("Ik geef %(coop)s toestemming om mijn contributie van mijn rekening af te schrijven.",
          coop=actor().organisation_name),
        _("Mijn bank mag die opdrachten uitvoeren."),
        _("De machtiging geldt steeds weer, tot ik haar intrek."),
        _("Minstens %(days)s dagen vooraf krijg ik bericht van bedrag en dag.", days=terms.notice_days),
        _("Op mijn afschrift staat: %(words)s.", words=terms.words),
        _("Niet eens? Dan laat ik het binnen %(weeks)s weken terugboeken door mijn bank.", weeks=REFUND_WEEKS),
        _("Was er geen machtiging? Dan kan dat %(months)s maanden lang.", months=UNAUTHORISED_MONTHS),
    )  # fmt: skip
    return " ".join(str(each) for each in parts)


@bp.route("/membership/mandate", methods=["GET", "POST"])
@guarded(policy.OWN)
def own() -> Any:
    """One's own mandate: read it, give it, see it, and what was and will be collected."""
    member = registers.own(db(), actor())
    terms = mandates.find_terms(db(), member.organisation_id)
    wording = mandate_text(terms) if terms else ""
    form = forms.MandateForm()
    return submit(
        form,
        lambda session: services.give(
            session, member=member, agreed=bool(form.agreed.data), wording=wording, actor=actor(), at=now()
        ),
        then=lambda _made: url_for("collecting.back"),
        page=lambda: _own(form, member, terms, wording),
    )


def _own(form: forms.MandateForm, member: Member, terms: DebitTerms | None, wording: str) -> str:
    mandate = mandates.latest(db(), member.organisation_id, capital.debit_subject(member))
    found = queries.of_member(db(), member.id)
    since = (mandate.last_used_on or mandate.given_on) if mandate else None
    return render_template(
        "coops/collecting/own.html",
        form=form,
        member=member,
        terms=terms,
        wording=wording,
        practice=_door().practice,
        by_bank=find_till(db(), member.organisation_id) is None,
        mandate=mandate,
        live=mandate is not None and mandate.state in LIVE,
        lapses=lapses_on(since) if since else None,
        is_payer=mandate is not None and mandate.payer_id in {actor().user_id, None},
        collections=found,
        seen=seen_on(db(), [each.debit_id for each in found if each.debit_id]),
        mandate_states=MANDATE_STATES,
        states=forms.STATES,
        stops=forms.STOPS,
        why=forms.WHY,
    )


@bp.get("/membership/mandate/back")
@guarded(policy.OWN)
def back() -> Any:
    """On the way to the provider and back from it: what waits is asked, how it stands is looked at."""
    member = registers.own(db(), actor())
    found = mandates.find_live(db(), member.organisation_id, capital.debit_subject(member))
    here = url_for("collecting.own")
    if found is not None and may(actor(), policy.OWN, found):
        try:
            with atomic(db()) as session:
                debits.settle_mandate(
                    session, mandate_id=found.id, door=_door(), at=now(), back=url_for("collecting.back"),
                    prefix=f"LID{member.number}-",
                )  # fmt: skip
        except (ProviderBusy, CallRefused):
            flash(_("De betaaldienst antwoordt nu niet. Probeer het straks opnieuw."), "info")
    return see_other(here)


@bp.post("/membership/mandate/withdraw")
@guarded(policy.OWN)
def withdraw() -> Any:
    """Withdraw one's own mandate."""
    member = registers.own(db(), actor())
    here = url_for("collecting.own")
    found = mandates.latest(db(), member.organisation_id, capital.debit_subject(member))
    if found is None:
        return see_other(here)
    return press(
        lambda session: debits.withdraw(session, mandate=found, actor=actor(), at=now()),
        then=here,
        said=_("Ingetrokken. Er wordt niets meer afgeschreven."),
    )


@bp.get("/capital/collections")
@guarded(policy.KEEP)
def index() -> str:
    """What is collected of members, announced, sent and come back."""
    found = queries.collections(db(), home())
    return render_template(
        "coops/collecting/index.html",
        till=find_till(db(), home()),
        creditor=find_creditor(db(), home()),
        terms=mandates.find_terms(db(), home()),
        practice=_door().practice,
        mandates=len(mandates.active(db(), home())),
        members=sum(registers.counts(db(), home()).values()),
        collections=found,
        seen=seen_on(db(), [each.debit_id for each in found if each.debit_id]),
        advice=forms.ADVICE,
        ANNOUNCED=CollectionState.ANNOUNCED,
        states=forms.STATES,
        stops=forms.STOPS,
        why=forms.WHY,
    )


@bp.get("/capital/collections/list.csv")
@guarded(policy.KEEP)
def listing() -> Any:
    """The same as a file."""
    head = (
        "member",
        "announced_on",
        "collect_on",
        "amount",
        "state",
        "stopped_because",
        "bank_code",
        "payment",
        "bank_mark",
    )
    rows = (
        (
            each.member.number, each.announced_on, each.collect_on, Money(each.taken), each.state.value,
            each.stop.value if each.stop else "", each.code, each.order.state.value if each.order else "",
            each.debit.mark if each.debit else "",
        )
        for each in queries.collections(db(), home(), most=100_000)
    )  # fmt: skip
    return csv_file("collections", head, rows)


@bp.route("/capital/collections/terms", methods=["GET", "POST"])
@guarded(policy.KEEP)
def terms() -> Any:
    """Begin to collect, or change on which terms."""
    form = forms.DebitTermsForm(terms=mandates.find_terms(db(), home()), name=actor().organisation_name)
    return submit(
        form,
        lambda session: services.set_terms(
            session, notice_days=int(form.notice_days.data or 0), words=form.words.data, version=form.seen(),
            actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("collecting.index"),
        said=_("Bewaard. Leden kunnen nu een machtiging geven."),
        page=lambda: render_template("coops/collecting/terms.html", form=form),
    )  # fmt: skip


@bp.post("/capital/collections/<uuid:public_id>/stop")
@guarded(policy.KEEP)
def stop(public_id: UUID) -> Any:
    """Stop an announced collection."""
    return press(
        lambda session: services.stop(
            session, collection=queries.collection(session, public_id, home()), actor=actor(), at=now()
        ),
        then=url_for("collecting.index"),
        said=_("Gestopt. Het bedrag blijft open staan."),
    )
