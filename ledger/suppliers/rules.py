"""Who a supplier is, what evidence is worth on a day, and when two names may be one supplier."""

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any, Protocol

from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, Postcode, PostcodeInvalid, VatId
from cwb.kernel.text import N_, search_key
from cwb.places.rules import Variant, Verdict
from ledger.share.rules import Standing
from ledger.suppliers.errors import (
    BranchEmpty,
    CheckerInvolved,
    ContractReferenceMissing,
    CountryInvalid,
    EvidenceTermInvalid,
    GradeInvalid,
    LinkReasonMissing,
    SecondPersonMissing,
    SourceMissing,
    SupplierNameMissing,
    SupplierTextTooLong,
    VatIdOfPerson,
)

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

KINDS = {"seat": N_("Hoofdvestiging (L1a)"), "establishment": N_("Filiaal dat het contract uitvoert (L1b)")}

GRADES = {
    0: N_("E0: geen bewijs"),
    1: N_("E1: zelf opgegeven"),
    2: N_("E2: gevonden in een register"),
    3: N_("E3: document, bekeken door een tweede persoon"),
    4: N_("E4: bevestigd door een externe controleur"),
}

PROVES = 2
"""The least grade that proves where a supplier is (L1 of the definition)."""

MONTHS_VALID = {1: 12, 3: 24}
"""After how many months a grade expires (project rule, changed only by a dated decision of the alliance)."""

FOREVER = date(9999, 12, 31)
"""The exclusive end of what has no end."""


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """A supplier as a purchase ledger writes it. Identifiers are parsed; `natural_person` None means not known.

    `code` is the ledger's own number for it.
    """

    name: str
    code: str = ""
    kvk_number: KvkNumber | None = None
    vat_id: VatId | None = None
    iban: Iban | None = None
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    natural_person: bool | None = None
    branch_number: BranchNumber | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= 200:
            raise SupplierNameMissing(field="supplier_name")
        texts = (self.code, self.street, self.house_number, self.postcode, self.city)
        if any(len(text) > 120 for text in texts):
            raise SupplierTextTooLong(field="street")
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise CountryInvalid(field="country")
        if self.natural_person and self.vat_id and not self.vat_id.hides_no_bsn():
            raise VatIdOfPerson(field="vat_id")

    @property
    def kept_vat_id(self) -> VatId | None:
        """The VAT number if it surely holds no BSN: unknown kinds of supplier keep only the new kind of number."""
        if self.vat_id is None or self.natural_person is False or self.vat_id.hides_no_bsn():
            return self.vat_id
        return None

    @property
    def identity(self) -> str:
        """What makes it the same supplier in the same ledger: code, name and KvK number together.

        A catch-all code covers many names, and a typed KvK number may be somebody else's: neither alone will do.
        """
        return _identity(self.code, self.name, self.kvk_number)


@lru_cache(maxsize=20_000)
def _identity(code: str, name: str, kvk_number: str | None) -> str:
    """Asked several times for each of the thousands of suppliers that a file meets at once."""
    return sha256(_COMPACT.encode([code.strip(), search_key(name), kvk_number or ""]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence as far as the verdict needs it. `id` grows with the order of entry.

    `register` and `extract` tell which look-up of which KvK number it came with, if any.
    """

    id: int
    grade: int
    verdict: Verdict
    variants: tuple[Verdict, ...]
    wijk: str | None
    buurt: str | None
    valid_from: date
    obtained_on: date
    expires_on: date | None
    contract_reference: str = ""
    register: str = ""
    extract: int = 0


class Told(dict[str, tuple[Verdict, ...]]):
    """The verdicts of the parts of the area, by the JSON that holds them: few differ, so few are read."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        super().__init__()
        self._parts = [each.id for each in variants]

    def __missing__(self, told: str) -> tuple[Verdict, ...]:
        verdicts = json.loads(told)
        self[told] = found = tuple(Verdict(verdicts.get(part, Verdict.UNKNOWN)) for part in self._parts)
        return found


@dataclass(frozen=True, slots=True)
class StandingRow:
    """What is proven of a supplier from a day until (exclusive) another, for one contract or ("") for all."""

    contract_reference: str
    from_on: date
    until_on: date
    standing: Standing
    variants: tuple[Standing, ...]
    evidence: Evidence


def expiry(grade: int, obtained_on: date) -> date | None:
    """The day a grade expires: E1 after 12 months, E3 after 24, the others not by themselves."""
    months = MONTHS_VALID.get(grade)
    if months is None:
        return None
    year, month = divmod(obtained_on.month - 1 + months, 12)
    last = monthrange(obtained_on.year + year, month + 1)[1]
    return date(obtained_on.year + year, month + 1, min(obtained_on.day, last))


def standings(evidence: Iterable[Evidence]) -> list[StandingRow]:
    """What the evidence proves, day by day, as rows without gaps inside; days without a row are unproven (E0).

    On a day the latest evidence that proves (E2 and up) decides, also when it says that nothing is sure; without
    any, the latest self-declaration is named but proves nothing. Expired evidence counts for nothing. The latest
    look-up in a register tells the whole story of its number, so what came with an earlier one is left out. Pieces of
    one look-up with the same outcome are one verdict, so that a supplier is one unit of the measure with it.
    """
    rows: list[StandingRow] = []
    by_contract: dict[str, list[Evidence]] = {}
    for each in _not_outdated(list(evidence)):
        by_contract.setdefault(each.contract_reference, []).append(each)
    for reference, mine in sorted(by_contract.items()):
        days = sorted({day for each in mine for day in (each.valid_from, each.expires_on or FOREVER)})
        for start, end in pairwise(days):
            decisive = _decisive([e for e in mine if e.valid_from <= start < (e.expires_on or FOREVER)])
            if decisive is None:
                continue
            before = rows[-1] if rows else None
            if (
                before
                and before.contract_reference == reference
                and before.until_on == start
                and _outcome(before.evidence) == _outcome(decisive)
            ):
                start, decisive = before.from_on, before.evidence  # noqa: PLW2901 (the same verdict goes on)
                rows.pop()
            standing = _standing(decisive.grade, decisive.verdict)
            variants = tuple(_standing(decisive.grade, verdict) for verdict in decisive.variants)
            rows.append(StandingRow(reference, start, end, standing, variants, decisive))
    return rows


def _outcome(each: Evidence) -> Evidence:
    """One look-up with its outcome, whichever piece of it: an address table that came and went leaves cuts in it."""
    return replace(each, id=0, valid_from=date.min, expires_on=None)


def _not_outdated(evidence: Sequence[Evidence]) -> list[Evidence]:
    newest: dict[str, int] = {}
    for each in evidence:
        newest[each.register] = max(newest.get(each.register, 0), each.extract)
    return [each for each in evidence if not each.register or each.extract == newest[each.register]]


def _decisive(valid: Sequence[Evidence]) -> Evidence | None:
    def order(each: Evidence) -> tuple[bool, date, date, int, int]:
        return each.grade >= PROVES, each.valid_from, each.obtained_on, each.grade, each.id

    return max(valid, key=order, default=None)


def _standing(grade: int, verdict: Verdict) -> Standing:
    if grade < PROVES:
        return Standing.UNKNOWN
    by_verdict = {Verdict.INSIDE: Standing.LOCAL, Verdict.OUTSIDE: Standing.NOT_LOCAL}
    return by_verdict.get(verdict, Standing.UNKNOWN)


OUTSIDE = "outside"
"""The ring of what is in none of the areas around the own one."""


def parts_of(variants: Sequence[Variant], proven: Sequence[str]) -> tuple[Standing, ...]:
    """What is proven for each part of the area; nothing for those that came after it was written down."""
    kept = map(Standing, proven[: len(variants)])
    found = dict(zip((each.id for each in variants), kept, strict=False))
    return tuple(found.get(each.id, Standing.UNKNOWN) for each in variants if not each.gemeenten)


def ring(variants: Sequence[Variant], standing: Standing, proven: Sequence[str]) -> str:
    """The smallest area around the own one that who is not local is in, `OUTSIDE` for none, "" when not known.

    Each area around holds those before it (`AreaPack.variants`).
    """
    if standing is Standing.LOCAL or len(proven) < len(variants):
        return ""
    for each, said in zip(variants, map(Standing, proven), strict=False):
        if each.gemeenten and said is not Standing.NOT_LOCAL:
            return each.id if said is Standing.LOCAL else ""
    return OUTSIDE


def check_evidence(
    *, kind: str, grade: int, contract_reference: str, worker_count: int | None, valid_from: date,
    obtained_on: date, expires_on: date | None, source: str, today: date,
) -> None:  # fmt: skip
    """Refuse evidence that cannot be. A branch needs a contract and at least one working person (L1b).

    Raises:
        GradeInvalid, ContractReferenceMissing, BranchEmpty, SourceMissing, EvidenceTermInvalid.
    """
    if grade not in {1, 2, 3, 4}:
        raise GradeInvalid(field="grade")
    if kind not in KINDS or (kind == "establishment") != bool(contract_reference.strip()):
        raise ContractReferenceMissing(field="contract_reference")
    if (kind == "establishment") != (worker_count is not None) or (
        worker_count is not None and worker_count < 1
    ):
        raise BranchEmpty(field="worker_count")
    if not 1 <= len(source.strip()) <= 300:
        raise SourceMissing(field="source")
    if obtained_on > today or valid_from > obtained_on:
        raise EvidenceTermInvalid(field="valid_from")
    if expires_on is not None and expires_on <= valid_from:
        raise EvidenceTermInvalid(field="expires_on")


def is_told(grade: int) -> bool:
    """Whether evidence is somebody's word about itself (E1): it proves nothing, so nobody need see it too."""
    return grade <= 1


def check_place(facts: Mapping[str, Any], *, today: date) -> None:
    """Refuse what was seen of a place and cannot be: the rule `check_evidence`, and a whole postcode.

    Raises:
        PostcodeInvalid, and as `check_evidence`.
    """
    obtained = facts["obtained_on"] or today
    check_evidence(
        kind=facts["kind"], grade=facts["grade"], contract_reference=facts["contract_reference"],
        worker_count=facts["worker_count"], valid_from=facts["valid_from"] or obtained, obtained_on=obtained,
        expires_on=None, source=facts["source"], today=today,
    )  # fmt: skip
    if (
        facts["country"] == "NL"
        and not is_told(facts["grade"])
        and Postcode.normalise(facts["postcode"].strip()) is None
    ):
        raise PostcodeInvalid(field="postcode")


def check_checker(
    grade: int, *, created_by_id: int | None, checked_by_id: int | None, involved: bool
) -> None:
    """A document (E3) or an auditor's word (E4) is seen by a second person from neither the anchor nor the supplier.

    Raises:
        SecondPersonMissing, CheckerInvolved.
    """
    if checked_by_id is not None and checked_by_id == created_by_id:
        raise SecondPersonMissing(field="checked_by")
    if grade >= 3 and checked_by_id is None:
        raise SecondPersonMissing(field="checked_by")
    if grade >= 3 and involved:
        raise CheckerInvolved(field="checked_by")


def check_link(reason: str) -> str:
    """The reason of a link, cleaned.

    Raises:
        LinkReasonMissing: none, or too long.
    """
    if not 1 <= len(reason.strip()) <= 500:
        raise LinkReasonMissing(field="reason")
    return reason.strip()


def readable_postcode(text: str) -> str:
    """A postcode in its stored form when it is a Dutch one, else as it was written."""
    return Postcode.normalise(text.strip()) or text.strip()


KINDS_OF_NUMBER = {
    "kvk": N_("KvK-nummer"), "branch": N_("Vestigingsnummer"), "vat": N_("Btw-id"), "iban": N_("IBAN"),
}  # fmt: skip
"""Numbers by which a register knows a legal person, strongest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """A legal person of a register that one number of a supplier points at. `agrees`: the names do too."""

    by: str
    register_number: str
    agrees: bool
    catch_all: bool = False


def sure(found: Sequence[Known], said_no: Iterable[str] = ()) -> Known | None:
    """The one legal person a supplier may be linked to without a person: every number says so and the name agrees.

    Numbers that point at different legal persons, a number that many use, a name that clashes or a person who said
    no before: then nobody is linked and people decide. A likeness of names alone never gets this far.
    """
    numbers = {each.register_number for each in found}
    strong = [each for each in found if not each.catch_all]
    if len(numbers) != 1 or not strong or not strong[0].agrees or numbers & set(said_no):
        return None
    return strong[0]


REGISTER_BASIS = {
    "gone": N_("Op deze dag had de leverancier geen vestiging."),
    "shielded": N_("Het register schermt dit adres af."),
}
"""Why register evidence proves no place, beside what an address itself may lack."""


class Numbered(Protocol):
    """Something that carries the numbers a register knows."""

    kvk_number: Any
    branch_number: Any
    vat_id: Any
    iban: Any


def numbers_of(one: Numbered) -> dict[str, str]:
    """The numbers of a supplier by kind, strongest first."""
    found = {"kvk": one.kvk_number, "branch": one.branch_number, "vat": one.vat_id, "iban": one.iban}
    return {kind: value for kind, value in found.items() if value}
