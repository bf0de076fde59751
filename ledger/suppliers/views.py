"""Pages of suppliers: who they are, what proves where they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, render_template, request

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.places.rules import BASIS_TEXT
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, _l, short_day
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from ledger.suppliers import policy, queries
from ledger.suppliers.forms import SupplierFilters
from ledger.suppliers.models import Supplier, SupplierEvidence, SupplierLink
from ledger.suppliers.rules import GRADES, KINDS, REGISTER_BASIS

bp = Blueprint("suppliers", __name__, url_prefix="/spend/suppliers")


def _mine() -> int | None:
    """Whose ledger's suppliers the actor sees; None for everyone's."""
    return None if actor().has(Role.PROGRAMME, Role.AUDITOR) else actor().organisation_id


def _supplier(public_id: UUID, action: Any) -> Supplier:
    found = queries.supplier(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _statement() -> Any:
    arguments = request.args
    return queries.suppliers(
        anchor_id=_mine(), text=arguments.get("q", "")[:200], only_open=arguments.get("state") == "open",
        code=arguments.get("code", "")[:120],
    )  # fmt: skip


@bp.get("")
@guarded(policy.SEE_SUPPLIERS)
def index() -> Any:
    """Suppliers by name, each once with the buyers that have it in their books."""
    page = paged(db(), queries.each_once(_statement()))
    return render_template(
        "ledger/suppliers/index.html", page=page, form=SupplierFilters(request.args), arguments=request.args.to_dict(),
        sees_register=actor().has(Role.PROGRAMME, Role.AUDITOR),
        buyers=queries.buyers_of(db(), page.rows, _mine()),
        proven=queries.grades_now(db(), [each.id for each in page.rows], local_date(now())),
    )  # fmt: skip


_NAMED = (
    "name",
    "kvk_number",
    "register_number",
    "postcode",
    "city",
    "country",
    "buyers",
    "party",
    "place_now",
)
_BATCH = 1000


@bp.get("/export.csv")
@guarded(policy.SEE_SUPPLIERS)
def export() -> Any:
    """The same list as a file: each supplier once, with its buyers (`; ` between them) and what is proven now."""
    every = db().scalars(queries.each_once(_statement())).all()
    batches = (every[start : start + _BATCH] for start in range(0, len(every), _BATCH))
    return csv_file("leveranciers", _NAMED, chain.from_iterable(map(_told, batches)))


def _told(some: Sequence[Supplier]) -> Iterator[tuple[object, ...]]:
    buyers = queries.buyers_of(db(), some, _mine())
    proven = queries.grades_now(db(), [each.id for each in some], local_date(now()))
    for each in some:
        place = proven.get(each.id)
        yield (
            each.name, each.kvk_number, each.register_number, each.postcode, each.city, each.country,
            "; ".join(buyers[each.id]), each.party.name if each.party else "", place.standing if place else "unknown",
        )  # fmt: skip


@bp.get("/ledgers.csv")
@guarded(policy.SEE_SUPPLIERS)
def ledgers() -> Any:
    """How each buyer has its suppliers in its own books: who is in the books of three buyers has three rows."""
    head = (
        "recorded_by", "code", "name", "kvk_number", "branch_number", "register_number", "kvk_confirmed_on",
        "postcode", "city", "country", "party",
    )  # fmt: skip
    rows = (
        (
            each.recorded_by.name if each.recorded_by else "", each.code, each.name, each.kvk_number,
            each.branch_number, each.register_number, each.kvk_confirmed_on, each.postcode, each.city, each.country,
            each.party.name if each.party else "",
        )
        for each in db().scalars(_statement())
    )  # fmt: skip
    return csv_file("leveranciers-per-administratie", head, rows)


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE_SUPPLIERS)
def show(public_id: UUID) -> Any:
    """One supplier: who it is, its evidence, what that proves."""
    found = _supplier(public_id, policy.SEE_SUPPLIERS)
    same = queries.together(db(), [found])
    evidence = queries.evidence_of(db(), [each.id for each in same])
    links, extracts = queries.links_of(db(), found.id), [each.extract for each in evidence]
    return render_template(
        "ledger/suppliers/show.html", supplier=found, evidence=_once(evidence), links=links, grades=GRADES, kinds=KINDS,
        same=_by_name(found, same, queries.recorders(db(), same)), code_names=queries.names_under_code(db(), found),
        standings=queries.standings_of(db(), [found.id]), why={**BASIS_TEXT, **REGISTER_BASIS},
        timeline=_timeline(found, evidence, links), proves=policy.may(actor(), policy.PROVE, found),
        sees_register=actor().has(Role.PROGRAMME, Role.AUDITOR),
        gives_number=actor().has(Role.PURCHASER),
        legal_person=next((x for x in extracts if x and x.kvk_number == found.register_number), None),
    )  # fmt: skip


def _by_name(
    one: Supplier, same: Sequence[Supplier], anchors: Mapping[int, str]
) -> list[tuple[Supplier, list[str]]]:
    """The others that are this supplier, each name once, with the anchors that write it so."""
    found: dict[str, tuple[Supplier, list[str]]] = {}
    for each in same:
        if each is not one:
            found.setdefault(each.search_name, (each, []))[1].extend(
                [anchors[each.id]] if each.id in anchors else []
            )
    return [(first, sorted(set(names))) for first, names in found.values()]


_SAYS = (
    "kind", "grade", "street", "house_number", "postcode", "verdict", "basis", "source", "contract_reference",
    "worker_count", "checked_by_id",
)  # fmt: skip


class Folded(NamedTuple):
    """Evidence that says the same: its latest row, its first and last day, how often, in how many ledgers."""

    latest: SupplierEvidence
    first_on: date
    last_on: date
    times: int
    ledgers: int


def _once(evidence: Sequence[SupplierEvidence]) -> list[Folded]:
    """Evidence that says the same once, latest first: a monthly import or a new table of addresses adds no row."""
    found: dict[tuple[object, ...], list[SupplierEvidence]] = {}
    for each in evidence:
        found.setdefault(tuple(getattr(each, name) for name in _SAYS), []).append(each)
    folded = []
    for those in found.values():
        days = {each.obtained_on for each in those}
        latest = max(those, key=lambda each: (each.obtained_on, each.id))
        ledgers = len({each.supplier_id for each in those})
        folded.append(Folded(latest, min(days), max(days), len(days), ledgers))
    return folded


def _timeline(
    supplier: Supplier, evidence: Sequence[SupplierEvidence], links: Sequence[SupplierLink]
) -> list[tuple[str, str, str]]:
    """What happened to what is known of a supplier, latest first: entered, looked up, decided, declared."""
    found: list[tuple[date, str, str]] = [
        (local_date(supplier.created_at), _("Kwam in de administratie"), supplier.name)
    ]
    looked_up = {each.extract_id: each.extract for each in evidence if each.extract is not None}
    found += _folded(
        (each.looked_up_on, _("Opgezocht in het register"), f"{each.name}, {each.kvk_number}")
        for each in looked_up.values()
    )
    for each in links:
        who = (
            each.party.name if each.party else each.register_number or (each.other.name if each.other else "")
        )
        found.append(
            (local_date(each.at), f"{_DECIDED[each.kind, each.holds]}: {who}".rstrip(": "), each.reason)
        )
    found += _folded(
        (each.obtained_on, _("Bewijs van de plaats"), f"{each.postcode} ({each.source})") for each in evidence
        if each.extract is None
    )  # fmt: skip
    found.sort(key=lambda each: each[0], reverse=True)
    return [(short_day(day), str(title), text) for day, title, text in found]


def _folded(every: Iterable[tuple[date, str, str]]) -> list[tuple[date, str, str]]:
    """What happened again and again told once, on its first day and with its last."""
    days: dict[tuple[str, str], list[date]] = {}
    for day, title, text in every:
        days.setdefault((title, text), []).append(day)
    found = []
    for (title, text), those in days.items():
        again = _("laatst op %(on)s", on=short_day(max(those))) if len(set(those)) > 1 else ""
        found.append((min(those), title, f"{text}, {again}".removesuffix(", ")))
    return found


_DECIDED = {
    ("party", True): _l("Is deze organisatie"),
    ("party", False): _l("Losgemaakt van de organisatie"),
    ("register", True): _l("Is dit KvK-nummer"),
    ("proposed", True): _l("Voorgesteld, wacht op een tweede persoon"),
    ("register", False): _l("Is dit KvK-nummer niet"),
    ("same", True): _l("Is dezelfde als"),
    ("same", False): _l("Is niet dezelfde als"),
}
