"""Identifiers parsed once, at the edge. Inside they are text of a known form."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self

from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class IdentifierInvalid(RuleBroken):
    """A text that is not the identifier asked for. The message never repeats it: it may be personal."""

    message = N_("Dit nummer klopt niet. Controleer elk cijfer.")


class KvkNumberInvalid(IdentifierInvalid):
    """No KvK number."""

    message = N_("Een KvK-nummer heeft 8 cijfers, bijvoorbeeld 01234567.")


class BranchNumberInvalid(IdentifierInvalid):
    """No vestigingsnummer."""

    message = N_("Een vestigingsnummer heeft 12 cijfers.")


class RsinInvalid(IdentifierInvalid):
    """No RSIN."""

    message = N_("Dit RSIN klopt niet. Het heeft 9 cijfers. Controleer elk cijfer.")


class BsnFound(RuleBroken):
    """Nine digits in a free text that pass the 11-test: a BSN has no ground here. Never stored, never logged."""

    message = N_("Dit lijkt op een BSN. Haal het weg. Wij vragen nooit om uw BSN en hebben niets bewaard.")


class VatIdInvalid(IdentifierInvalid):
    """No Dutch btw-id."""

    message = N_("Dit btw-id klopt niet. Het ziet eruit als NL123456789B13. Controleer elk teken.")


class IbanInvalid(IdentifierInvalid):
    """No IBAN."""

    message = N_("Dit IBAN klopt niet. Controleer elk teken.")


class PostcodeInvalid(IdentifierInvalid):
    """No Dutch postcode."""

    message = N_("Een postcode ziet eruit als 1234 AB.")


class CpvInvalid(IdentifierInvalid):
    """No CPV code."""

    message = N_("Een CPV-code heeft 8 cijfers, bijvoorbeeld 90910000.")


class NutsInvalid(IdentifierInvalid):
    """No NUTS code."""

    message = N_("Een NUTS-code ziet eruit als NL32B.")


class Identifier(str, ABC):
    """Text of one checked form; `parse` is the only way in from outside. Each kind says what its form is."""

    __slots__ = ()
    fault: ClassVar[type[IdentifierInvalid]] = IdentifierInvalid

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identifier in its stored form.

        Raises:
            IdentifierInvalid: the subclass named in `fault`.
        """
        normal = cls.normalise(text.strip())
        if normal is None:
            raise cls.fault
        return str.__new__(cls, normal)

    @classmethod
    @abstractmethod
    def normalise(cls, text: str) -> str | None:
        """The stored form, or None when the text is no such identifier."""


class KvkNumber(Identifier):
    """Chamber of Commerce number: 8 digits with leading zeros, no check digit."""

    __slots__ = ()
    fault = KvkNumberInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Eight ASCII digits, blanks and dots ignored."""
        digits = text.replace(" ", "").replace(".", "")
        return (
            digits if len(digits) == 8 and digits.isascii() and digits.isdecimal() and int(digits) else None
        )


class BranchNumber(Identifier):
    """Vestigingsnummer: 12 digits."""

    __slots__ = ()
    fault = BranchNumberInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Twelve ASCII digits, blanks ignored."""
        digits = text.replace(" ", "")
        return digits if re.fullmatch(r"[0-9]{12}", digits) else None


class Rsin(Identifier):
    """Tax number of a legal person: 9 digits passing the eleven test (shared with the BSN; unverified)."""

    __slots__ = ()
    fault = RsinInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Nine digits passing the eleven test."""
        digits = re.sub(r"[ .]", "", text)
        return digits if re.fullmatch(r"[0-9]{9}", digits) and bsn.is_valid(digits) else None


class VatId(Identifier):
    """Dutch btw-id: NL, 9 digits, B, 2 digits."""

    __slots__ = ()
    fault = VatIdInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Accepts a legal person's number (eleven test) and the new kind (mod 97-10)."""
        compact = re.sub(r"[ .]", "", text).upper()
        if not re.fullmatch(r"NL[0-9]{9}B[0-9]{2}", compact):
            return None
        return compact if bsn.is_valid(compact[2:11]) or cls(compact).hides_no_bsn() else None

    def hides_no_bsn(self) -> bool:
        """Whether this is the mod 97-10 kind, the only one for a natural person: the old one held the BSN."""
        return bool(mod_97_10.is_valid(str(self)))


class Iban(Identifier):
    """Bank account number, ISO 13616, check digits verified."""

    __slots__ = ()
    fault = IbanInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Compact upper case, or None when a check fails."""
        try:
            return str(stdnum_iban.validate(text))
        except ValidationError:
            return None

    def masked(self) -> str:
        """Country and the last four characters, for screens of others."""
        return f"{self[:4]} •••• {self[-4:]}"


_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})")


class Postcode(Identifier):
    """Dutch postcode, stored as "1234 AB"."""

    __slots__ = ()
    fault = PostcodeInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Four digits not starting with 0, two letters without SA, SD, SS."""
        found = _POSTCODE.fullmatch(text)
        if not found or found[2].upper() in {"SA", "SD", "SS"}:
            return None
        return f"{found[1]} {found[2].upper()}"

    @property
    def four(self) -> str:
        """The four digits (PC4)."""
        return self[:4]


class Cpv(Identifier):
    """Common procurement vocabulary code: 8 digits, the check digit left off."""

    __slots__ = ()
    fault = CpvInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Eight digits; a check digit behind a hyphen is dropped."""
        found = re.fullmatch(r"([0-9]{8})(-[0-9])?", text)
        return found[1] if found else None

    def within(self, group: str) -> bool:
        """Whether the code lies under a group given as leading digits ("909")."""
        return self.startswith(group.rstrip("0") or group)


class Nuts(Identifier):
    """NUTS region, for example NL32B (Groot-Amsterdam)."""

    __slots__ = ()
    fault = NutsInvalid

    @classmethod
    def normalise(cls, text: str) -> str | None:
        """Two letters and up to three letters or digits."""
        upper = text.upper()
        return upper if re.fullmatch(r"[A-Z]{2}[0-9A-Z]{0,3}", upper) else None


_NINE_DIGITS = re.compile(
    r"(?<![0-9])(?<!\+31 )(?:[0-9]{9}|[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{3}|[0-9]{4}[ .-][0-9]{2}[ .-][0-9]{3})(?![0-9])"
)
"""As people write a BSN; a telephone number with its country is none."""


def refuse_bsn(**texts: str) -> None:
    """Refuse free texts (field → text) in which nine digits pass the 11-test of a BSN.

    Raises:
        BsnFound: at the field.
    """
    for field, text in texts.items():
        if any(bsn.is_valid(found[0].replace(".", "")) for found in _NINE_DIGITS.finditer(text)):
            raise BsnFound(field=field)


def refuse_bsn_within(kept: Mapping[str, Any], fields: Collection[str]) -> None:
    """`refuse_bsn` for the texts with these names in a nested value, however deep.

    Raises:
        BsnFound: at the field.
    """
    for name, value in kept.items():
        if name in fields and isinstance(value, str):
            refuse_bsn(**{name: value})
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Mapping):
                refuse_bsn_within(each, fields)
