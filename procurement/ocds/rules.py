"""OCDS 1.1.5 as pure values: amounts, moments, parties, and whether what a release names is there.

Source: the release schema 1.1.5 and the extension registry of the Open Contracting Partnership.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from cwb.kernel.clock import LOCAL

VERSION = "1.1"
"""The version a package says it has: major and minor only."""

CURRENCY = "EUR"

SCHEME = "NL-KVK"
"""The register of companies in the list of org-id.guide."""

LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
"""CC0: what is published here is free of rights."""

_RAW = "https://raw.githubusercontent.com/open-contracting-extensions/"
EXTENSIONS: Mapping[str, str] = {
    "awardCriteria": f"{_RAW}ocds_awardCriteria_extension/master/extension.json",
    "bids": f"{_RAW}ocds_bid_extension/v1.1.5/extension.json",
    "enquiries": f"{_RAW}ocds_enquiry_extension/v1.1.5/extension.json",
    "location": f"{_RAW}ocds_location_extension/v1.1.5/extension.json",
    "lots": f"{_RAW}ocds_lots_extension/v1.1.5/extension.json",
    "metrics": f"{_RAW}ocds_metrics_extension/1.1/extension.json",
    "organizationClassification": f"{_RAW}ocds_organizationClassification_extension/master/extension.json",
    "otherRequirements": f"{_RAW}ocds_otherRequirements_extension/master/extension.json",
    "partyScale": f"{_RAW}ocds_partyDetails_scale_extension/master/extension.json",
    "procedure": f"{_RAW}ocds_procedure_extension/master/extension.json",
    "selectionCriteria": f"{_RAW}ocds_selectionCriteria_extension/master/extension.json",
    "subcontracting": f"{_RAW}ocds_subcontracting_extension/master/extension.json",
    "techniques": f"{_RAW}ocds_techniques_extension/master/extension.json",
    "unstructuredChanges": f"{_RAW}ocds_unstructuredChanges_extension/master/extension.json",
    "pagination": f"{_RAW}ocds_pagination_extension/master/extension.json",
}
"""Extensions used here: id in the registry → its metadata file. Those with a release take the one for 1.1.5."""

_FIELDS: Mapping[str, str] = {
    "bids": "bids", "relatedBid": "bids",
    "enquiries": "enquiries",
    "deliveryLocation": "location", "deliveryAddress": "location",
    "lots": "lots", "lotGroups": "lots", "lotDetails": "lots", "relatedLot": "lots", "relatedLots": "lots",
    "classifications": "organizationClassification",
    "agreedMetrics": "metrics", "targets": "metrics", "metrics": "metrics",
    "otherRequirements": "otherRequirements",
    "procedure": "procedure",
    "scale": "partyScale",
    "selectionCriteria": "selectionCriteria",
    "hasSubcontracting": "subcontracting", "subcontracting": "subcontracting",
    "techniques": "techniques", "competitive": "techniques",
    "unstructuredChanges": "unstructuredChanges",
}  # fmt: skip
"""Fields that only an extension knows. No field of the standard itself has one of these names."""

RESERVED: Mapping[str, str] = {"2.82": "shelteredWorkshop", "2.82a": "publicServiceMissionOrganization"}
"""Reservation (article of the Aanbestedingswet) → code of the list reservedParticipation."""

PARTNERSHIPS = frozenset({"partnership", "professional_partnership", "limited_partnership"})
"""Forms that may be run from somebody's home: no street is published."""

SOLE_TRADER = "sole_trader"

BUYER_LEGAL_TYPES: Mapping[str, str] = {"municipality": "la"}
"""Anchor type → code of the eForms list buyer-legal-type (la: local authority); others are not stated."""

Json = dict[str, Any]


def value(minor: int) -> Json:
    """An amount in euro, VAT not included. JSON has one kind of number: a double writes every cent exactly."""
    whole, cents = divmod(minor, 100)
    return {"amount": whole if cents == 0 else minor / 100, "currency": CURRENCY}


def measure(amount: Decimal) -> int | float:
    """An amount that is no money, with two decimals at most: as exact as JSON has it."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def told(minor: int) -> str:
    """An amount where the standard wants a text."""
    whole, cents = divmod(minor, 100)
    return f"{whole}.{cents:02} {CURRENCY}"


def instant(at: datetime) -> str:
    """A moment in UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_moment(day: date) -> str:
    """The beginning of a day in Amsterdam."""
    return instant(datetime.combine(day, time(0), LOCAL))


def last_moment(day: date) -> str:
    """The last second of a day in Amsterdam."""
    return instant(datetime.combine(day, time(23, 59, 59), LOCAL))


def category(cpv: str) -> str:
    """The main procurement category of a CPV code: division 45 is works, 50 and up services, the rest goods."""
    division = int(cpv[:2])
    if division == 45:
        return "works"
    return "services" if division >= 50 else "goods"


def lot_id(number: int) -> str:
    """The id of a lot within its tender."""
    return f"LOT-{number:04}"


def related(ocid: str, processes: Mapping[str, str], elsewhere: str | None = None) -> list[Json]:
    """Other processes that this one belongs to: kind of the list relatedProcess → their ocid. Itself is none.

    `elsewhere`: the number at TenderNed of the earlier tender that this one follows, when that was not held here.
    """
    kinds: dict[str, list[str]] = {}
    for kind, other in sorted(processes.items()):
        if other != ocid:
            kinds.setdefault(other, []).append(kind)
    made = [
        {"id": "-".join(each), "relationship": each, "scheme": "ocid", "identifier": other}
        for other, each in kinds.items()
    ]
    if elsewhere:
        there = {"relationship": ["prior"], "scheme": "x_tenderned", "identifier": elsewhere}
        made.append({"id": "prior-elsewhere", **there})
    return made


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as far as it may be published. `public_id` is a UUID, `kvk` eight digits or None."""

    public_id: str
    name: str
    kvk: str | None
    legal_form: str
    anchor_type: str | None = None
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""

    @property
    def is_person(self) -> bool:
        """Whether this is a natural person in business: no name, number or address of one is published."""
        return self.legal_form == SOLE_TRADER

    @property
    def id(self) -> str:
        """The id in `parties`: by KvK number where it may be told."""
        return self.public_id if self.kvk is None or self.is_person else f"{SCHEME}-{self.kvk}"

    @property
    def shown_name(self) -> str:
        """The name that is published."""
        return "Eenmanszaak" if self.is_person else self.name

    def reference(self) -> Json:
        """A reference to this party."""
        return {"id": self.id, "name": self.shown_name}


def organisation(party: Party, roles: Iterable[str], contact: Json | None = None) -> Json:
    """A party with its roles. `contact` names a function, never a person."""
    made: Json = {"id": party.id, "name": party.shown_name, "roles": sorted(set(roles))}
    if party.is_person:
        return {**made, "details": {"scale": "selfEmployed"}}
    if party.kvk is not None:
        made["identifier"] = {"scheme": SCHEME, "id": party.kvk, "legalName": party.name}
    address = {
        "streetAddress": "" if party.legal_form in PARTNERSHIPS else party.street,
        "locality": party.city, "postalCode": party.postcode, "countryName": "Nederland",
    }  # fmt: skip
    made["address"] = {name: text for name, text in address.items() if text}
    if contact:
        made["contactPoint"] = contact
    known = BUYER_LEGAL_TYPES.get(party.anchor_type or "")
    if known:
        made["details"] = {"classifications": [{"scheme": "eu-buyer-legal-type", "id": known}]}
    elif party.legal_form == "cooperative":
        kind = {"scheme": "x_cwb_legalForm", "id": "cooperative", "description": "Coöperatie"}
        made["details"] = {"classifications": [kind]}
    return made


def _walk(found: Any) -> Iterator[tuple[str, Any]]:
    """Every named value, wherever it stands."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield name, inner
            yield from _walk(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _walk(inner)


def extensions_in(release: Json) -> list[str]:
    """Ids of the extensions that a release uses, in order of the alphabet."""
    used = {_FIELDS[name] for name, _inner in _walk(release) if name in _FIELDS}
    if any("awardCriteria" in lot for lot in release.get("tender", {}).get("lots", ())):
        used.add("awardCriteria")
    if "selectionCriteria" in used:
        used.add("awardCriteria")  # it builds on that one
    return sorted(used)


def core_only(found: Any) -> Any:
    """The same without any field that needs an extension: for readers who cannot fetch extensions."""
    if isinstance(found, list):
        return [core_only(each) for each in found]
    if isinstance(found, dict):
        left = {name: core_only(inner) for name, inner in found.items() if name not in _FIELDS}
        return {name: inner for name, inner in left.items() if inner != {} or found[name] == {}}
    return found


REFERENCES: Mapping[str, frozenset[str]] = {
    "buyer": frozenset({"buyer"}), "procuringEntity": frozenset({"procuringEntity"}),
    "suppliers": frozenset({"supplier"}), "tenderers": frozenset({"tenderer"}), "payer": frozenset({"payer"}),
    "payee": frozenset({"payee"}), "author": frozenset({"enquirer"}), "subcontractor": frozenset({"subcontractor"}),
    "mainContractors": frozenset({"supplier", "tenderer"}),
}  # fmt: skip
"""Field that refers to a party → the roles of which that party has one."""


def faults(release: Json) -> list[str]:
    """What a release names that is not in it: parties by role, lots, awards, bids, items; and ids given twice.

    The schema's checkers do not look at this. Empty: all of it holds together.
    """
    parties = {each["id"]: each for each in release.get("parties", ())}
    found = [f"twice: {each}" for each in _twice(release)]
    for name, inner in _walk(release):
        if name in REFERENCES:
            for reference in inner if isinstance(inner, list) else [inner]:
                party = parties.get(reference.get("id"))
                if party is None:
                    found.append(f"{name} {reference.get('id')} is no party")
                elif REFERENCES[name].isdisjoint(party["roles"]):
                    found.append(f"{name} {party['id']} lacks the role")
    return found + _dangling(release)


def _dangling(release: Json) -> list[str]:
    tender = release.get("tender", {})
    known = {
        "lot": {each["id"] for each in tender.get("lots", ())},
        "award": {each["id"] for each in release.get("awards", ())},
        "bid": {each["id"] for each in release.get("bids", {}).get("details", ())},
    }
    kinds = {"relatedLot": "lot", "relatedLots": "lot", "awardID": "award", "relatedBid": "bid"}
    return [
        f"{name} {each} is not there"
        for name, inner in _walk(release) if name in kinds
        for each in (inner if isinstance(inner, list) else [inner])
        if each not in known[kinds[name]]
    ]  # fmt: skip


def _twice(found: Any, path: str = "") -> Iterator[str]:
    """Ids that stand twice in one list."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from _twice(inner, f"{path}/{name}")
    elif isinstance(found, list):
        ids = Counter(str(each["id"]) for each in found if isinstance(each, dict) and "id" in each)
        if not path.endswith(("/suppliers", "/tenderers", "/classifications", "/additionalClassifications")):
            yield from (f"{path} {each}" for each, many in ids.items() if many > 1)
        for inner in found:
            yield from _twice(inner, path)


def out_of_order(releases: Sequence[Json]) -> list[str]:
    """Releases of one process dated before the one in front of them, and ids of releases given twice."""
    last: dict[str, str] = {}
    seen: set[str] = set()
    found = []
    for each in releases:
        if each["date"] < last.get(each["ocid"], ""):
            found.append(f"{each['id']} is dated before the release in front of it")
        if each["id"] in seen:
            found.append(f"{each['id']} stands twice")
        last[each["ocid"]] = each["date"]
        seen.add(each["id"])
    return found


def strangers(releases: Sequence[Json]) -> list[str]:
    """Processes that releases refer to by open contracting id and that none of them is of."""
    known = {each["ocid"] for each in releases}
    return [
        f"{each['id']}: {other['identifier']} is not there"
        for each in releases
        for name, inner in _walk(each) if name == "relatedProcesses"
        for other in inner
        if other["scheme"] == "ocid" and other["identifier"] not in known
    ]  # fmt: skip


def filled(found: dict[str, Any]) -> Json:
    """Without what is empty: an empty field counts as a fault of the data."""
    return {name: inner for name, inner in found.items() if inner not in (None, "", [], {})}


def package_head(
    *,
    base_url: str,
    uri: str,
    publisher: Party | None,
    published_at: datetime | None,
    extensions: Sequence[str],
) -> Json:
    """A package without what it carries. `published_at` None: nothing was published yet."""
    by: Json = {"name": publisher.name if publisher else "cwb", "uri": base_url}
    if publisher is not None and publisher.kvk is not None:
        by |= {"scheme": SCHEME, "uid": publisher.kvk}
    return filled({
        "uri": uri, "version": VERSION, "extensions": [EXTENSIONS[each] for each in extensions],
        "publishedDate": instant(published_at or datetime(1970, 1, 1, tzinfo=UTC)), "publisher": by,
        "license": LICENSE, "publicationPolicy": f"{base_url}/data/ocds",
    })  # fmt: skip


def compiled(last: Json) -> Json:
    """The compiled release of a process: its last release, which tells the whole state."""
    return {**last, "id": f"{last['ocid']}-compiled", "tag": ["compiled"]}
