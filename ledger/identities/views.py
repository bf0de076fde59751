"""Pages of who a supplier is: side by side, decided by people, undone."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import find_organisation_by_kvk, organisation
from cwb.kernel.policy import Action
from cwb.kernel.text import N_
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.extracts.queries import latest
from ledger.identities import policy, queries, services
from ledger.identities.forms import CatchAllForm, NumberForm, ReasonForm, WhoForm
from ledger.identities.rules import told_number, told_share
from ledger.suppliers import queries as suppliers
from ledger.suppliers.errors import LinkUnchanged, NobodyChosen, NotSeenBeside
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import whose
from ledger.suppliers.rules import KINDS_OF_NUMBER, Known, numbers_of
from ledger.suppliers.services import mark_catch_all

bp = Blueprint("identities", __name__, url_prefix="/spend/suppliers")


def _supplier(public_id: UUID, action: Action) -> Supplier:
    found = suppliers.supplier(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


@bp.route("/<uuid:public_id>/who", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def who(public_id: UUID) -> Any:
    """A supplier beside whom it may be; a person decides."""
    found = _supplier(public_id, policy.DECIDE)
    if found.recorded_by_id is None:
        return passed(
            url_for("suppliers.show", public_id=public_id), _("Dit is een organisatie van deze site zelf.")
        )
    form = WhoForm(back=request.args.get("back", ""), was=request.args.get("was", ""))
    offered = _offered(found, form)

    def page() -> str:
        beside = (
            offered if request.method == "GET" else _offered(found, form)
        )  # a refusal forgets what was read
        return render_template(
            "ledger/identities/who.html", form=form, supplier=suppliers.supplier(db(), public_id), candidates=beside,
            kinds={**KINDS_OF_NUMBER, "code": N_("nummer in de administratie")},
            bought=queries.bought(db(), [found.id]).get(found.id, ()),
            code_names=suppliers.names_under_code(db(), found), proposals=queries.proposals(db(), found),
        )  # fmt: skip

    return submit(
        form, lambda s: _decide(s, found, form, {each.number for each in offered}), page=page,
        then=lambda counts: _onward(form, public_id, counts=counts),
    )  # fmt: skip


def _offered(supplier: Supplier, form: WhoForm) -> list[queries.Candidate]:
    """Whom one may choose: the number one asked for too, so that it is seen beside the supplier first."""
    waits = queries.proposals(db(), supplier)
    said: dict[str, list[Known]] = {each.register_number: [] for each in waits if each.register_number}
    found = queries.candidates(
        db(), supplier, {**said, **queries.pointed_at(db(), supplier)}, asked=told_number(form.asked.data)
    )
    form.offer([(each.key, _named(each)) for each in found])
    return found


def _named(one: queries.Candidate) -> str:
    """A candidate so that two of one name are told apart."""
    where = {
        "party": _("organisatie van deze site"), "register": _("register, %(number)s", number=one.number),
        "ledger": one.ledger,
    }  # fmt: skip
    return f"{one.name} ({where[one.kind]})"


def _decide(session: Session, supplier: Supplier, form: WhoForm, seen: Collection[str]) -> bool:
    """Whether what was decided counts now; else it waits for a second person."""
    chosen, holds = form.chosen(), form.answer.data == "yes"
    facts: dict[str, Any] = {
        "supplier": supplier, "holds": holds, "reason": form.reason.data, "actor_id": actor().user_id, "at": now(),
    }  # fmt: skip
    party = find_organisation_by_kvk(session, chosen[1:]) if chosen.startswith("k") else None
    if chosen.startswith("p"):
        party = organisation(session, chosen[1:])
    looked_up = chosen.startswith("k") and latest(session, [chosen[1:]])
    if holds and chosen.startswith("k") and chosen[1:] not in seen and (party or looked_up):
        form.asked.data = chosen[1:]
        raise NotSeenBeside(field="who")
    if party is not None and not looked_up:
        return _link(session, supplier, party, form)
    if chosen.startswith("k"):
        if holds:
            facts.pop("holds")
            return services.say_who(session, who=chosen[1:], **facts)
        services.identify_supplier(session, number=chosen[1:], **facts)
        return True
    other = queries.find_other(session, chosen[1:]) if chosen else None
    if other is None:
        raise NobodyChosen(field="who")
    if holds:
        facts.pop("holds")
        return services.say_who(session, who=other, **facts)
    services.join_suppliers(session, other=other, **facts)
    return True


def _link(session: Session, supplier: Supplier, party: Organisation, form: WhoForm) -> bool:
    """An organisation of this house: a no loosens a supplier that is linked to it."""
    if form.answer.data == "no" and supplier.party_id != party.id:
        raise LinkUnchanged
    facts: dict[str, Any] = {
        "supplier": supplier, "reason": form.reason.data, "actor_id": actor().user_id, "at": now(),
    }  # fmt: skip
    if form.answer.data == "yes":
        return services.say_who(session, who=party, **facts)
    services.link_supplier(session, party=None, **facts)
    return True


def _onward(form: WhoForm, public_id: UUID, *, counts: bool) -> str:
    """Back to the work list where one came from, with what the coverage was; else to the supplier."""
    if not counts:
        flash(
            _("Bewaard. Naam, nummer of postcode klopt niet. Het telt als een collega dit ook zegt."),
            "info",
        )
        return url_for("suppliers.show", public_id=public_id)
    flash(_("De beslissing is opgeslagen. U kunt haar altijd ongedaan maken."), "good")
    if not (form.back.data or "").isalnum():
        return url_for("suppliers.show", public_id=public_id)
    told = {} if told_share(form.was.data) is None else {"was": form.was.data}
    return url_for("worklist.index", **told)


@bp.route("/<uuid:public_id>/undo", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def undo(public_id: UUID) -> Any:
    """Undo who a supplier was found to be."""
    found, form = _supplier(public_id, policy.DECIDE), ReasonForm()
    shown = url_for("suppliers.show", public_id=public_id)
    if found.recorded_by_id is None or whose(found) == f"s{found.id}":
        return passed(shown, _("Er is niets om ongedaan te maken."))
    facts: dict[str, Any] = {"supplier": found, "holds": False, "actor_id": actor().user_id, "at": now()}

    def act(session: Session) -> Supplier:
        if found.party_id is not None:
            return services.link_supplier(
                session,
                supplier=found,
                party=None,
                reason=form.reason.data,
                actor_id=actor().user_id,
                at=now(),
            )
        if found.register_number is not None:
            return services.identify_supplier(
                session, number=found.register_number, reason=form.reason.data, **facts
            )
        other = suppliers.supplier_by_id(session, found.same_as_id or 0)
        return services.join_suppliers(session, other=other, reason=form.reason.data, **facts)

    return submit(
        form, act, then=lambda _made: shown, said=_("Het is ongedaan gemaakt. De cijfers zijn zoals ervoor."),
        page=lambda: render_template("ledger/identities/undo.html", form=form, supplier=found),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/ask")
@guarded(policy.DECIDE)
def ask(public_id: UUID) -> Any:
    """Ask the buyer by mail who its supplier is."""
    found = _supplier(public_id, policy.DECIDE)
    shown = url_for("suppliers.show", public_id=public_id)
    return press(
        lambda s: services.ask_buyer(
            s, supplier=found, link=url_for("identities.number", public_id=public_id), actor_id=actor().user_id,
            at=now(),
        ),
        then=shown, said=_("De inkopers van de koper krijgen een bericht."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/number", methods=["GET", "POST"])
@guarded(policy.GIVE_NUMBER)
def number(public_id: UUID) -> Any:
    """The buyer gives the number of a supplier; the register says later whether it is right."""
    found = _supplier(public_id, policy.GIVE_NUMBER)
    form = NumberForm(kvk_number=found.kvk_number)
    return submit(
        form,
        lambda s: services.give_number(
            s, supplier=found, number=form.kvk_number.data, actor_id=actor().user_id, at=now()
        ),
        then=lambda _made: url_for("suppliers.show", public_id=public_id),
        said=_("Dank u. Het programma zoekt het nummer op in het register."),
        page=lambda: render_template("ledger/identities/number.html", form=form, supplier=found),
    )


@bp.route("/<uuid:public_id>/catch-all", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def catch_all(public_id: UUID) -> Any:
    """Say that a number of a supplier stands for many."""
    found, form = _supplier(public_id, policy.DECIDE), CatchAllForm()
    numbers = numbers_of(found)
    shown = url_for("suppliers.show", public_id=public_id)
    if not numbers:
        return passed(shown, _("Deze leverancier heeft geen nummer."))
    form.offer(numbers)
    return submit(
        form, lambda s: mark_catch_all(s, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda _made: shown, said=_("Opgeslagen. Dit nummer koppelt niets meer vanzelf.")
        if form.answer.data != "one" else _("Opgeslagen."),
        page=lambda: render_template("ledger/identities/catch_all.html", form=form, supplier=found),
    )  # fmt: skip
