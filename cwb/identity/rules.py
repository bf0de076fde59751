"""Decisions about people, roles and identifiers; no database, no clock."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from cwb.identity import errors
from cwb.kernel.identifiers import VatId
from cwb.kernel.policy import HELPERS, Role
from cwb.kernel.text import N_, search_key


class Side(StrEnum):
    """Where an organisation stands: buying, carrying out the programme, or supplying."""

    ANCHOR = "anchor"
    PROGRAMME = "programme"
    SUPPLIER = "supplier"


ROLE_TEXT: Mapping[Role, str] = {
    Role.PURCHASER: N_("Inkoper"),
    Role.ASSESSOR: N_("Beoordelaar"),
    Role.MEMBER: N_("Lid van de coöperatie"),
    Role.FELLOW: N_("Lid dat niet meewerkt"),
    Role.BOARD: N_("Bestuurder van de coöperatie"),
    Role.RESIDENT: N_("Bewoner"),
    Role.PROGRAMME: N_("Programmateam"),
    Role.COACH: N_("Begeleider"),
    Role.ALLIANCE: N_("Alliantiebestuur"),
    Role.AUDITOR: N_("Controleur"),
    Role.ADMINISTRATOR: N_("Beheerder"),
    Role.BID_HELPER: N_("Helper bij inschrijvingen"),
    Role.INVOICE_HELPER: N_("Helper bij facturen"),
    Role.REGISTER_HELPER: N_("Helper bij het register"),
}

ROLE_HINT: Mapping[Role, str] = {
    Role.PURCHASER: N_("Zet vragen uit, gunt en tekent. Beheert de mensen van de organisatie."),
    Role.ASSESSOR: N_("Geeft punten aan inschrijvingen."),
    Role.MEMBER: N_(
        "Komt naar vergaderingen en ziet het eigen kapitaal. Werkt mee aan inschrijvingen en facturen."
    ),
    Role.FELLOW: N_("Komt naar vergaderingen en ziet het eigen kapitaal. Doet niets namens de coöperatie."),
    Role.BOARD: N_("Tekent namens de coöperatie. Beheert de mensen van de coöperatie."),
    Role.RESIDENT: N_("Doet mee, zonder iets te beslissen."),
    Role.PROGRAMME: N_("Controleert bewijs en publiceert cijfers. Begeleidt niemand en leent niets uit."),
    Role.COACH: N_("Begeleidt coöperaties en adviseert over krediet. Controleert en publiceert niets."),
    Role.ALLIANCE: N_("Beslist over voorschotten uit het fonds. Betaalt niets uit en begeleidt niemand."),
    Role.AUDITOR: N_("Kijkt alles na en verandert niets."),
    Role.ADMINISTRATOR: N_("Laat organisaties toe en geeft de eerste rollen."),
    Role.BID_HELPER: N_("Vult inschrijvingen in. Dient ze nooit in."),
    Role.INVOICE_HELPER: N_("Ziet facturen en de boeken. Wijzigt er niets in."),
    Role.REGISTER_HELPER: N_("Vult het profiel, de stukken en eerder werk in. Verstuurt niets."),
}

LEGAL_FORMS: Mapping[str, str] = {
    "cooperative": N_("Coöperatie"),
    "association": N_("Vereniging"),
    "foundation": N_("Stichting"),
    "private_company": N_("Besloten vennootschap (bv)"),
    "public_company": N_("Naamloze vennootschap (nv)"),
    "sole_trader": N_("Eenmanszaak of zzp"),
    "partnership": N_("Vennootschap onder firma (vof)"),
    "professional_partnership": N_("Maatschap"),
    "limited_partnership": N_("Commanditaire vennootschap (cv)"),
    "public_body": N_("Overheid"),
    "mutual": N_("Onderlinge waarborgmaatschappij"),
    "other": N_("Anders"),
}

_WRITTEN_FORMS: Mapping[str, str] = {
    "cooperatie": "cooperative", "cooperatie ua": "cooperative", "cooperatie ba": "cooperative",
    "cooperatie wa": "cooperative", "cooperatie u.a.": "cooperative", "vereniging": "association",
    "stichting": "foundation", "bv": "private_company", "b.v.": "private_company",
    "besloten vennootschap": "private_company", "nv": "public_company", "n.v.": "public_company",
    "eenmanszaak": "sole_trader", "zzp": "sole_trader", "vof": "partnership", "v.o.f.": "partnership",
    "maatschap": "professional_partnership", "cv": "limited_partnership", "c.v.": "limited_partnership",
    "gemeente": "public_body", "publiekrechtelijke rechtspersoon": "public_body", "onderlinge": "mutual",
    "overig": "other",
}  # fmt: skip

NATURAL_PERSON_FORMS = frozenset({"sole_trader"})
"""Forms that are a natural person: identifiers may hold a BSN, so most are refused (domain text on identifiers)."""

_NO_LEGAL_PERSON = NATURAL_PERSON_FORMS | {"partnership", "professional_partnership"}
"""Forms without legal personality: their numbers may be those of a person, so they are checked in the same way."""

ROLES_OF: Mapping[Side, tuple[Role, ...]] = {
    Side.ANCHOR: (Role.PURCHASER, Role.ASSESSOR),
    Side.PROGRAMME: (Role.PROGRAMME, Role.COACH, Role.ALLIANCE, Role.AUDITOR, Role.ADMINISTRATOR, Role.RESIDENT),
    Side.SUPPLIER: (
        Role.BOARD, Role.MEMBER, Role.FELLOW, Role.RESIDENT, Role.COACH, Role.AUDITOR,
        Role.BID_HELPER, Role.INVOICE_HELPER, Role.REGISTER_HELPER,
    ),
}  # fmt: skip
"""Roles that exist in an organisation of each side. Coaches and auditors may work for a firm of their own."""

KEEPER: Mapping[Side, Role] = {
    Side.ANCHOR: Role.PURCHASER,
    Side.PROGRAMME: Role.ADMINISTRATOR,
    Side.SUPPLIER: Role.BOARD,
}
"""Who looks after an organisation's people; the last one cannot leave."""

_INSTALLATION_ROLES = frozenset({
    Role.PROGRAMME, Role.COACH, Role.ALLIANCE, Role.AUDITOR, Role.ADMINISTRATOR,
})  # fmt: skip

_APART: Mapping[Role, frozenset[Role]] = {
    Role.AUDITOR: frozenset(Role) - {Role.AUDITOR, Role.RESIDENT},
    Role.PROGRAMME: frozenset(
        {Role.PURCHASER, Role.ASSESSOR, Role.MEMBER, Role.FELLOW, Role.BOARD, Role.COACH}
    ),
    Role.ADMINISTRATOR: frozenset(
        {Role.PURCHASER, Role.ASSESSOR, Role.MEMBER, Role.FELLOW, Role.BOARD, Role.COACH}
    ),
    Role.COACH: frozenset({Role.PURCHASER, Role.ASSESSOR, Role.BOARD}),
    Role.ALLIANCE: frozenset({Role.PROGRAMME, Role.ADMINISTRATOR, Role.COACH, Role.BOARD}),
    Role.PURCHASER: frozenset({Role.BOARD}),
    Role.ASSESSOR: frozenset({Role.BOARD}),
    **dict.fromkeys(HELPERS, frozenset({Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.ADMINISTRATOR})),
}

_FLAGGED = frozenset(
    frozenset({buys, sells})
    for buys in (Role.PURCHASER, Role.ASSESSOR)
    for sells in (Role.MEMBER, Role.FELLOW)
)

LONGEST_HELP = timedelta(days=366)
"""So long somebody helps at most before the board says so again (a choice of the house)."""

MAX_NAME = 200
_COMMON = frozenset({
    "wachtwoord", "welkom", "password", "qwertyuiop", "geheim", "amsterdam", "letmein", "iloveyou", "voetbal",
    "nieuwwest", "administrator", "123456789012", "cooperatie",
})  # fmt: skip


def side_of(anchor_type: str | None, is_programme: bool) -> Side:
    """Where an organisation with these marks stands."""
    if anchor_type:
        return Side.ANCHOR
    return Side.PROGRAMME if is_programme else Side.SUPPLIER


def incompatible(one: Role, other: Role) -> bool:
    """Whether one person may not hold both roles, in whatever organisations (docs/adr/0006-people-and-mandates.md)."""
    return other in _APART.get(one, ()) or one in _APART.get(other, ())


def flagged(roles: Iterable[Role]) -> bool:
    """Whether these roles of one person are allowed together but shown to colleagues as a side interest."""
    held = frozenset(roles)
    return any(pair <= held for pair in _FLAGGED)


def check_role(role: Role, side: Side, held: Iterable[Role]) -> None:
    """Let a person with the roles `held` (anywhere) take a role in an organisation of this side.

    Raises:
        RoleNotHere: the side has no such role.
        RolesApart: it does not go together with a role held.
    """
    if role not in ROLES_OF[side]:
        raise errors.RoleNotHere(field="role")
    if any(incompatible(role, each) for each in held):
        raise errors.RolesApart(field="role")


def check_term(role: Role, ends_on: date | None, *, on: date) -> None:
    """Let a role begin on a day: who helps does so until a day, every other role until it is ended.

    Raises:
        HelpEndInvalid: no last day where there must be one, one where there is none, in the past or too far away.
    """
    if (role in HELPERS) != (ends_on is not None) or (
        ends_on is not None and not on <= ends_on <= on + LONGEST_HELP
    ):
        raise errors.HelpEndInvalid(field="ends_on")


def may_grant(own: Iterable[Role], *, same_organisation: bool, side: Side, role: Role) -> bool:
    """Whether somebody with the roles `own` may give or end a role.

    In their own organisation keepers do; roles that oversee the installation come from its administrator alone,
    who also gives the first keeper to any organisation. So nobody in the programme picks their own controller.
    """
    held = frozenset(own)
    if Role.ADMINISTRATOR in held and (
        same_organisation or role in _INSTALLATION_ROLES or role == KEEPER[side]
    ):
        return True
    return same_organisation and KEEPER[side] in held and role not in _INSTALLATION_ROLES


def grantable(own: Iterable[Role], *, same_organisation: bool, side: Side) -> tuple[Role, ...]:
    """The roles that somebody with the roles `own` may give in an organisation."""
    return tuple(
        role
        for role in ROLES_OF[side]
        if may_grant(own, same_organisation=same_organisation, side=side, role=role)
    )


def check_keepers(side: Side, role: Role, others: int) -> None:
    """Let a mandate end unless it is the last one that looks after the organisation.

    Raises:
        LastKeeper: `others` running mandates of the keeper's role remain: none.
    """
    if role == KEEPER[side] and others == 0:
        raise errors.LastKeeper


def legal_form(text: str) -> str:
    """The code of a legal form, given as a code or as people write it ("bv", "Coöperatie U.A.").

    Raises:
        LegalFormUnknown: not in the list.
    """
    key = search_key(text)
    code = key if key in LEGAL_FORMS else _WRITTEN_FORMS.get(key)
    if code is None:
        raise errors.LegalFormUnknown(field="legal_form")
    return code


def check_natural_person(form: str, *, rsin: str | None, vat_id: str | None) -> None:
    """Keep the BSN of a sole trader or partner out, before anything is stored or logged; texts are never repeated.

    Raises:
        RsinOfNaturalPerson: no legal person, with a RSIN.
        VatIdHidesBsn: no legal person, with a btw-id that fails mod 97-10, the kind that held the BSN until 2020.
    """
    if form not in _NO_LEGAL_PERSON:
        return
    if rsin:
        raise errors.RsinOfNaturalPerson(field="rsin")
    if vat_id and not VatId(vat_id).hides_no_bsn():
        raise errors.VatIdHidesBsn(field="vat_id")


def email_address(text: str) -> str:
    """An e-mail address in one form: trimmed, the domain in lower case. No lookup is made.

    Raises:
        EmailInvalid: no address, or longer than 200 characters.
    """
    try:
        found = validate_email(text.strip()[:400], check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise errors.EmailInvalid(field="email") from None
    if len(found.normalized) > MAX_NAME:
        raise errors.EmailInvalid(field="email")
    return found.normalized


def person_name(text: str) -> str:
    """A name in any script, on one line.

    Raises:
        NameMissing: nothing that can be read.
        NameTooLong: over 200 characters.
    """
    name = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    if not any(unicodedata.category(c)[0] in "LN" for c in name):
        raise errors.NameMissing(field="name")
    if len(name) > MAX_NAME:
        raise errors.NameTooLong(field="name")
    return unicodedata.normalize("NFC", name)


def password(text: str, *, about: Iterable[str] = ()) -> str:
    """A password worth keeping, in one Unicode form. `about` is what others know: name, address, organisation.

    Length is what counts, not signs of every kind (NIST SP 800-63B; OWASP ASVS 5.0, 6.2).

    Raises:
        PasswordTooShort: under 12 characters.
        PasswordTooLong: over 200.
        PasswordGuessable: made of what is tried first.
    """
    value = unicodedata.normalize("NFC", text)
    if len(value) < 12:
        raise errors.PasswordTooShort(field="password")
    if len(value) > 200:
        raise errors.PasswordTooLong(field="password")
    bare = re.sub(r"[^a-z]+", "", search_key(value))
    known = {
        re.sub(r"[^a-z]+", "", search_key(part)) for text in about for part in re.split(r"[@.\s]+", text)
    }
    rest = bare
    for word in sorted({*_COMMON, *known}, key=len, reverse=True):
        if len(word) > 2:
            rest = rest.replace(word, "")
    if len(set(value)) < 5 or (bare and len(rest) < 3) or value in _COMMON:
        raise errors.PasswordGuessable(field="password")
    return value


_LEGAL_WORDS = frozenset(
    {"cooperatie", "cooperatief", "ua", "ba", "wa", "bv", "stichting", "vereniging", "de", "het"}
)
_ALIKE = 0.85
_TELLING = 2


def alike(one: str, other: str) -> bool:
    """Whether two names may be the same organisation. It only proposes: a name never merges (domain text §6).

    They are nearly the same letters, or one is the other with a single word more ("Groen Oost", "Groen Oost Zuid").
    """
    first, second = sorted((telling_words(one), telling_words(other)), key=len)
    if not first:
        return False
    longer = set(second)
    within = len(first) >= _TELLING and len(second) - len(first) <= 1 and longer.issuperset(first)
    return within or SequenceMatcher(None, " ".join(first), " ".join(second)).ratio() >= _ALIKE


def telling_words(name: str) -> list[str]:
    """The words of a name without its legal form and what stands in brackets, as the search column has them."""
    words = re.findall(r"[^\W_]+", re.sub(r"\([^)]*\)", " ", search_key(name)).replace(".", ""))
    return [word for word in words if word not in _LEGAL_WORDS]
