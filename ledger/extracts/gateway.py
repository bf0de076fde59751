"""Two doors to a register: a CSV that it handed out, and its API (KvK Basisprofiel and Vestigingsprofiel)."""

import csv
import io
import json
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException
from ssl import create_default_context
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, VatId
from cwb.kernel.text import N_, search_key
from ledger.extracts.errors import (
    ExtractContradicts,
    NumberNotInRegister,
    RegisterCountInvalid,
    RegisterDayInvalid,
    RegisterFileUnreadable,
    RegisterNameMissing,
    RegisterOff,
    RegisterSilent,
    RegisterYesNoInvalid,
)
from ledger.extracts.rules import Branch, Extract

COLUMNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "kvk_number": (N_("KvK-nummer, 8 cijfers"), ("kvknummer", "kvk", "dossiernummer", "inschrijvingsnummer")),
    "name": (
        N_("Naam in het register"),
        ("naam", "statutairenaam", "vennootschapsnaam", "eerstehandelsnaam"),
    ),
    "trade_names": (N_("Andere handelsnamen, met een | ertussen"), ("handelsnamen", "handelsnaam")),
    "legal_form": (N_("Rechtsvorm"), ("rechtsvorm", "uitgebreiderechtsvorm")),
    "natural_person": (N_("Eenmanszaak of persoon: ja of nee"), ("natuurlijkpersoon", "eenmanszaak")),
    "statutory_seat": (N_("Statutaire zetel"), ("zetel", "statutairezetel")),
    "vat_id": (N_("Btw-id"), ("btwid", "btwnummer", "btw")),
    "iban": (N_("IBAN"), ("rekeningnummer",)),
    "founded_on": (N_("Begin van de organisatie"), ("datumaanvang", "datumoprichting")),
    "ended_on": (N_("Einde van de organisatie"), ("datumeinde", "datumopheffing", "datumontbinding")),
    "branch_number": (N_("Vestigingsnummer, 12 cijfers"), ("vestigingsnummer",)),
    "main": (N_("Hoofdvestiging: ja of nee (leeg is ja)"), ("hoofdvestiging", "indhoofdvestiging")),
    "street": (N_("Straat"), ("straat", "straatnaam")),
    "house_number": (N_("Huisnummer"), ("huisnummer",)),
    "postcode": (N_("Postcode"), ()),
    "city": (N_("Plaats"), ("plaats", "woonplaats", "vestigingsplaats")),
    "country": (N_("Land, twee letters (leeg is NL)"), ("land",)),
    "started_on": (
        N_("Begin van de vestiging"),
        ("startvestiging", "datumaanvangvestiging", "datumvestiging"),
    ),
    "from_on": (N_("Op dit adres sinds (leeg: begin van de vestiging)"), ("adresvanaf", "adressinds")),
    "until_on": (N_("Niet meer op dit adres vanaf"), ("adrestot", "datumeindevestiging")),
    "workers": (N_("Werkzame personen"), ("werkzamepersonen", "totaalwerkzamepersonen")),
}
"""What is read of a register's CSV: the column's meaning, and the other names it goes by."""

NEEDED = ("kvk_number", "name")

MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one row: its line in the file (from 1), its column, and why."""

    row: int
    field: str
    fault: RuleBroken


@dataclass(slots=True)
class RegisterFile:
    """What a file holds: its legal persons, the faults by row, which columns were read as what, which were not."""

    extracts: list[Extract] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    count: int = 0


def read_register_file(content: bytes, looked_up_on: date) -> RegisterFile:
    """The legal persons in a CSV, one row per establishment and address; columns are found by their names.

    Raises:
        RegisterFileUnreadable: the file as a whole; says why.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise RegisterFileUnreadable(why="het is geen tekst.")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=first.count), strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise RegisterFileUnreadable(why=f"regel {reader.line_num} is geen CSV.") from None
    if not lines:
        raise RegisterFileUnreadable(why="het is leeg.")
    if len(lines) - 1 > MOST_ROWS:
        raise RegisterFileUnreadable(why=f"het heeft meer dan {MOST_ROWS} regels. Splits het.")
    found = RegisterFile(count=len(lines) - 1)
    places = _columns(lines[0][1], found)
    legal: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, cells in lines[1:]:
        values = _row(
            found, number, {n: cells[i].strip() if i < len(cells) else "" for n, i in places.items()}
        )
        if values:
            legal.setdefault(values["kvk_number"], []).append((number, values))
    for rows in legal.values():
        _legal_person(found, rows, looked_up_on)
    found.faults.sort(key=lambda fault: fault.row)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", search_key(name))


def _columns(head: list[str], found: RegisterFile) -> dict[str, int]:
    known = {_plain(n): each for each, (_text, others) in COLUMNS.items() for n in (each, *others)}
    places: dict[str, int] = {}
    for place, written in enumerate(head):
        name = known.get(_plain(written))
        if name is None:
            found.unread += [written.strip()] if written.strip() else []
        elif name in places:
            raise RegisterFileUnreadable(why=f"twee kolommen voor hetzelfde: {written.strip()[:60]}.")
        else:
            places[name] = place
            found.mapping[name] = written.strip()
    if missing := [name for name in NEEDED if name not in places]:
        raise RegisterFileUnreadable(why=f"deze kolommen ontbreken: {', '.join(missing)}.")
    return places


def _day(text: str) -> date:
    digits = re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})", text)
    parts = digits.groups() if digits else None
    if parts is None and (found := re.fullmatch(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})", text)):
        parts = found.groups()[::-1]
    try:
        year, month, day = (int(part) for part in parts or ())
        return date(year, month, day)
    except ValueError:
        raise RegisterDayInvalid from None


def _yes_no(text: str) -> bool:
    answer = {
        "ja": True,
        "yes": True,
        "j": True,
        "1": True,
        "nee": False,
        "no": False,
        "n": False,
        "0": False,
    }.get(text.lower())
    if answer is None:
        raise RegisterYesNoInvalid
    return answer


def _workers(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise RegisterCountInvalid
    return int(text)


def _kvk(text: str) -> KvkNumber:
    """A spreadsheet drops leading zeros: they are put back."""
    return KvkNumber.parse(text.zfill(8) if text.isascii() and text.isdigit() and len(text) == 7 else text)


def _branch_number(text: str) -> BranchNumber:
    return BranchNumber.parse(
        text.zfill(12) if text.isascii() and text.isdigit() and 7 < len(text) < 12 else text
    )


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "kvk_number": _kvk, "natural_person": _yes_no, "vat_id": VatId.parse, "iban": Iban.parse, "founded_on": _day,
    "ended_on": _day, "branch_number": _branch_number, "main": _yes_no, "started_on": _day, "from_on": _day,
    "until_on": _day, "workers": _workers,
}  # fmt: skip


def _row(found: RegisterFile, number: int, cells: Mapping[str, str]) -> dict[str, Any] | None:
    """The values of a row; None when something is wrong in it. Every fault is kept."""
    values: dict[str, Any] = {}
    before = len(found.faults)
    for name in COLUMNS:
        text = cells.get(name, "")
        try:
            values[name] = _PARSERS[name](text) if text and name in _PARSERS else text or None
        except RuleBroken as fault:
            found.faults.append(RowFault(number, name, fault))
    if len(found.faults) == before and not values["kvk_number"]:
        found.faults.append(RowFault(number, "kvk_number", KvkNumber.fault()))
    if len(found.faults) == before and not values["name"]:
        found.faults.append(RowFault(number, "name", RegisterNameMissing()))
    return values if len(found.faults) == before else None


_OF_THE_PERSON = (
    "name", "trade_names", "legal_form", "natural_person", "statutory_seat", "vat_id", "iban", "founded_on", "ended_on",
)  # fmt: skip


def _legal_person(found: RegisterFile, rows: list[tuple[int, dict[str, Any]]], looked_up_on: date) -> None:
    first_row, first = rows[0]
    branches, dated = [], True
    for number, values in rows:
        if wrong := next((n for n in _OF_THE_PERSON if values[n] != first[n]), None):
            found.faults.append(RowFault(number, wrong, ExtractContradicts()))
            return
        if (
            values["postcode"] is None
            and values["country"] in {None, "NL"}
            and values["branch_number"] is None
        ):
            continue
        since = values["from_on"] or values["started_on"]
        dated = dated and since is not None
        since = since or first["founded_on"] or looked_up_on
        try:
            branches.append(
                Branch(
                    number=values["branch_number"], main=values["main"] is not False,
                    started_on=min(values["started_on"] or since, since), from_on=since, until_on=values["until_on"],
                    street=values["street"] or "", house_number=values["house_number"] or "",
                    postcode=values["postcode"] or "", city=values["city"] or "",
                    country=(values["country"] or "NL").upper(), workers=values["workers"],
                )
            )  # fmt: skip
        except RuleBroken as fault:
            found.faults.append(RowFault(number, fault.field or "", fault))
            return
    person = first["natural_person"]
    try:
        found.extracts.append(
            Extract(
                kvk_number=first["kvk_number"], name=first["name"], branches=tuple(branches),
                trade_names=tuple(n.strip() for n in (first["trade_names"] or "").split("|") if n.strip()),
                legal_form=first["legal_form"] or "", statutory_seat=first["statutory_seat"] or "",
                natural_person=_is_person(first["legal_form"] or "") if person is None else person,
                vat_id=first["vat_id"], iban=first["iban"], started_on=first["founded_on"],
                ended_on=first["ended_on"], dated=dated,
            )
        )  # fmt: skip
    except RuleBroken as fault:
        found.faults.append(RowFault(first_row, fault.field or "", fault))


def _is_person(legal_form: str) -> bool:
    """A sole trader is a natural person; so may be the partners of a partnership."""
    return any(
        word in search_key(legal_form) for word in ("eenmanszaak", "vennootschap onder firma", "maatschap")
    )


@dataclass(frozen=True, slots=True)
class KvkRegister:
    """The register's API: `base` is `https://api.kvk.nl/api/v1`; without a `key` nothing is asked and it says so.

    The server of KvK shows a certificate of the government's private root: `authorities` is a file with it.
    """

    base: str
    key: str = field(repr=False)
    authorities: str = ""

    @property
    def on(self) -> bool:
        """Whether there is a key to ask with."""
        return bool(self.key)

    def look_up(self, number: KvkNumber, branches: Sequence[BranchNumber] = ()) -> Extract:
        """What the register says of a number now, with these of its establishments beside the main one.

        Raises:
            RegisterOff: no key. NumberNotInRegister: it knows no such number.
            RegisterSilent: no answer, or not one of the promised form.
        """
        if not self.key:
            raise RegisterOff
        whole = self._ask(f"basisprofielen/{number}")
        more = [self._ask(f"vestigingsprofielen/{each}") for each in branches]
        try:
            return _profile(whole, [each for each in more if each.get("kvkNummer") == number])
        except (RuleBroken, KeyError, TypeError, ValueError, AttributeError) as fault:
            raise RegisterSilent from fault

    def _ask(self, path: str) -> dict[str, Any]:
        request = Request(f"{self.base.rstrip('/')}/{path}", headers={"apikey": self.key})  # noqa: S310 (a setting)
        context = create_default_context(cafile=self.authorities or None)
        try:
            with urlopen(request, timeout=10, context=context) as answer:  # noqa: S310 (a setting)
                found = json.loads(answer.read(2_000_000))
        except HTTPError as fault:
            if fault.code == 404:
                raise NumberNotInRegister(field="kvk_number") from None
            raise RegisterSilent from fault
        except (URLError, HTTPException, OSError, ValueError) as fault:
            raise RegisterSilent from fault
        if not isinstance(found, dict):
            raise RegisterSilent
        return found


def _profile(whole: Mapping[str, Any], more: Sequence[Mapping[str, Any]]) -> Extract:
    """A Basisprofiel as an extract. Addresses carry no date of their own there: `dated` is False."""
    inside = whole.get("_embedded") or {}
    owner, main = inside.get("eigenaar") or {}, inside.get("hoofdvestiging")
    term = whole.get("materieleRegistratie") or {}
    started = _register_day(term.get("datumAanvang") or whole.get("formeleRegistratiedatum"))
    told = [
        (each, False) for each in more if main is None or each["vestigingsnummer"] != main["vestigingsnummer"]
    ]
    if main is not None:
        told.insert(0, (main, True))
    branches = [_establishment(each, started, main=is_main) for each, is_main in told]
    if main is None and owner.get("adressen"):
        branches.insert(0, _establishment(owner, started, main=True))
    form = owner.get("uitgebreideRechtsvorm") or owner.get("rechtsvorm") or ""
    name = whole.get("statutaireNaam") or whole["naam"]
    others = [whole["naam"], *(each["naam"] for each in whole.get("handelsnamen") or ())]
    return Extract(
        kvk_number=KvkNumber.parse(whole["kvkNummer"]), name=name, branches=tuple(branches),
        trade_names=tuple(dict.fromkeys(each for each in others if each != name)), legal_form=form,
        natural_person=_is_person(form), started_on=started,
        ended_on=_register_day(term.get("datumEinde"), ends=True), dated=False,
    )  # fmt: skip


def _establishment(facts: Mapping[str, Any], since: date | None, *, main: bool) -> Branch:
    visits = [each for each in facts.get("adressen") or () if each.get("type") == "bezoekadres"]
    place = visits[0] if visits else {}
    number = facts.get("vestigingsnummer")
    started = _register_day((facts.get("materieleRegistratie") or {}).get("datumAanvang")) or since
    if started is None:
        raise ValueError("no start")
    abroad = place.get("land") not in {None, "", "Nederland"}
    added = f"{place.get('huisletter') or ''}{place.get('huisnummerToevoeging') or ''}"
    return Branch(
        number=BranchNumber.parse(number) if number else None, main=main, started_on=started, from_on=started,
        name=facts.get("eersteHandelsnaam") or "",
        street=place.get("straatnaam") or place.get("straatHuisnummer") or "",
        house_number=f"{place.get('huisnummer') or ''}{added}", city=place.get("plaats") or "",
        postcode=place.get("postcode") or "", country="ZZ" if abroad else "NL",
        workers=facts.get("totaalWerkzamePersonen"), shielded=place.get("indAfgeschermd") == "Ja",
    )  # fmt: skip


def _register_day(text: str | None, *, ends: bool = False) -> date | None:
    """A day of the register (20170101). Where month or day are not known (00): a late begin, an early end."""
    if not text:
        return None
    year, month, day = int(text[:4]), int(text[4:6] or 0), int(text[6:8] or 0)
    month = month or (1 if ends else 12)
    return date(year, month, day or (1 if ends else monthrange(year, month)[1]))
