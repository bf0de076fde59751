"""What a contract made elsewhere must say, and when two are the same: pure decisions."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.text import search_key
from procurement.externals import errors

LONGEST = 200
"""Longest title and name, in characters."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One contract. Value without VAT over the whole term; what is not known stays empty."""

    title: str
    supplier_name: str
    value: Money
    starts_on: date
    ends_on: date
    supplier_kvk: KvkNumber | None = None
    cpv: Cpv | None = None
    reference: str = ""
    tenderned_number: str = ""
    published_on: date | None = None

    @property
    def fingerprint(self) -> str:
        """What makes it this contract, whoever types it: 64 hex digits.

        With an own reference that and the supplier; else all of what and with whom, how much and when.
        """
        who = self.supplier_kvk or search_key(self.supplier_name)
        own = search_key(self.reference)
        what = (
            [own, who]
            if own
            else [
                search_key(self.title), who, str(self.value.minor), self.starts_on.isoformat(),
                self.ends_on.isoformat(),
                self.tenderned_number,
            ]
        )  # fmt: skip
        return hashlib.sha256("\x1f".join(what).encode()).hexdigest()


def checked(facts: Facts) -> Facts:
    """The facts, if they make a contract.

    Raises:
        TitleMissing, SupplierMissing, ValueInvalid, TermReversed, TenderNedInvalid: at the field.
    """
    if not 1 <= len(facts.title.strip()) <= LONGEST:
        raise errors.TitleMissing(field="title")
    if not 1 <= len(facts.supplier_name.strip()) <= LONGEST:
        raise errors.SupplierMissing(field="supplier_name")
    if facts.value.minor <= 0:
        raise errors.ValueInvalid(field="value")
    if facts.ends_on <= facts.starts_on:
        raise errors.TermReversed(field="ends_on")
    if not re.fullmatch(r"[0-9]{0,12}", facts.tenderned_number):
        raise errors.TenderNedInvalid(field="tenderned_number")
    return facts
