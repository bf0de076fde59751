"""Decisions about customers on bare values."""

from collections.abc import Iterable

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from cwb.kernel.identifiers import Identifier, IdentifierInvalid, Postcode, VatId
from ledger.customers.errors import CountryUnknown, NotShifted, PrivateHasNone, VatIdOfOther

HOME = "NL"
EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""The member states, by ISO 3166-1."""

_PREFIX = {"GR": "EL"}
"""Where a VAT id begins with other letters than the country's."""


def check_country(country: str, known: Iterable[str]) -> None:
    """One of the known countries.

    Raises:
        CountryUnknown: it is not.
    """
    if country not in known:
        raise CountryUnknown(field="country")


def check_person(*, private: bool, kvk_number: str | None, vat_id: str | None) -> None:
    """A private person carries no number of a business.

    Raises:
        PrivateHasNone: one was given.
    """
    for name, given in (("kvk_number", kvk_number), ("vat_id", vat_id)):
        if private and given:
            raise PrivateHasNone(field=name)


def identifier(kind: type[Identifier], text: str, name: str) -> str:
    """An identifier in its stored form.

    Raises:
        IdentifierInvalid: at the field `name`.
    """
    try:
        return str(kind.parse(text))
    except IdentifierInvalid as fault:
        raise type(fault)(field=name) from None


def vat_id_of(text: str, country: str) -> str | None:
    """A VAT id in its stored form; None where none is given.

    Raises:
        VatIdInvalid, VatIdOfOther: it is none of this country.
    """
    plain = "".join(text.split()).replace(".", "").replace("-", "").upper()
    if not plain:
        return None
    if country == HOME:
        return identifier(VatId, plain, "vat_id")
    try:
        found = str(eu_vat.validate(plain)) if country in EU else plain
    except ValidationError:
        found = ""
    if (
        not found.isalnum()
        or not 4 <= len(found) <= 15
        or not found.startswith(_PREFIX.get(country, country))
    ):
        raise VatIdOfOther(field="vat_id")
    return found


def postcode_of(text: str, country: str) -> str:
    """A postcode in its stored form: checked where it is Dutch.

    Raises:
        PostcodeInvalid: no Dutch postcode.
    """
    return identifier(Postcode, text, "postcode") if country == HOME else " ".join(text.split())


def check_shift(categories: Iterable[str], *, country: str, vat_id: str | None) -> None:
    """Whether VAT may be shifted to this customer.

    Raises:
        NotShifted: it is, to somebody without a VAT id of an EU state.
    """
    if "AE" in set(categories) and not (vat_id and country in EU):
        raise NotShifted(field="vat")
