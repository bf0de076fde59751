"""What a bid is, when it is whole, and who may bid: pure decisions on values."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from cwb.kernel.canonical import canonical_json
from cwb.kernel.money import MAX_MINOR
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from procurement.bids.errors import AnswerTooLong, BidUnfinished, UnknownPart
from procurement.consortia import rules as consortia
from procurement.lifecycle.rules import kept_amounts
from procurement.pledges import rules as pledges
from procurement.procedures.rules import Access
from procurement.statements.rules import is_stated, kept_statement
from procurement.wage_floors import rules as wage_floors

MOST_ANSWER = 5000
"""Longest answer on a quality criterion, in characters (about two pages)."""

MOST_DRAFT = 20_000
"""Longest text kept as a draft."""

LEAST_VALID = timedelta(days=60)
"""How long after closing a bid stands at least where its tender names no term: award and standstill fit in."""

USUAL_VALID = timedelta(days=90)
"""What the form proposes."""

PRICE, DECLARATIONS, QUALITY, LABOUR = "price", "declarations", "q:", "labour"
"""Names of parts: the price, the declarations, `q:<code>` for a quality criterion, and hours where a floor is set."""

GROUNDS, FILES = "grounds", "files"
"""Names of the part with the own statement, where it is asked, and of the files, which may stay empty."""

WISH = "wish"
"""Name of the part that says how much a bidder wants this lot, where it may not win all of them."""

STATEMENTS: Mapping[str, str] = {
    "requirements": N_("Wij voldoen aan alle eisen van deze aanbesteding."),
    "exclusion": N_("Er is voor ons geen reden tot uitsluiting, zoals fraude of belastingschuld."),
    "independent": N_("Wij maakten deze inschrijving zelf. Wij spraken met niemand prijzen af."),
    "truth": N_("Alles wat wij invulden, is waar."),
    "bound": N_("Wij staan achter deze inschrijving tot de gekozen datum."),
}
"""What a bidder declares; every one is needed to hand in."""

_RECEIPT_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def part_of(code: str) -> str:
    """The name of the part for a quality criterion."""
    return QUALITY + code


@dataclass(frozen=True, slots=True)
class Asked:
    """What a lot asks of a bid: quality criteria by code; `wishes`: how many lots to put in order, 0 when not asked.

    `grounds` and `criteria`: what its own statement speaks of, by code and by name. `costs`: codes of the costs over
    the life, asked with the price. `floor`: the tender sets a wage floor, so the hours of work are asked.
    `valid_for`: how long after closing the bid stands at least.
    """

    codes: Sequence[str]
    closes_on: date
    wishes: int = 0
    grounds: Sequence[str] = ()
    criteria: Sequence[str] = ()
    costs: Sequence[str] = ()
    floor: bool = False
    valid_for: timedelta = LEAST_VALID


def parts(asked: Asked) -> list[str]:
    """The parts of a bid, in the order of its pages."""
    wish = [WISH] if asked.wishes else []
    grounds = [GROUNDS] if asked.grounds or asked.criteria else []
    labour = [LABOUR] if asked.floor else []
    return [PRICE, *labour, *(part_of(code) for code in asked.codes), *wish, *grounds, DECLARATIONS]


def new_receipt() -> str:
    """A receipt number that tells no count: "I-7KQ4-M2XP-9RTD" (60 random bits)."""
    signs = [secrets.choice(_RECEIPT_SIGNS) for _ in range(12)]
    return "I-" + "-".join("".join(signs[i : i + 4]) for i in (0, 4, 8))


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a draft: its value as JSON and the save it comes from (0: never saved)."""

    value: Mapping[str, Any] = field(default_factory=dict)
    saved: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A bid in the making. `saves` counts; parts are saved on their own, so two people can work at once."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    saves: int = 0

    def part(self, name: str) -> Part:
        """A part, empty when it was never saved."""
        return self.parts.get(name, Part())

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files that go along, as `procurement.enclosures` writes them."""
        return list(self.part(FILES).value.get("files", []))

    @property
    def members(self) -> list[consortia.Member]:
        """Who bids together, the lead first; empty for who bids alone."""
        return consortia.members_of(self.part(consortia.JOINT).value)

    @property
    def subcontractors(self) -> list[dict[str, Any]]:
        """Who works for the bidder without being a party."""
        return consortia.subcontractors_of(self.part(consortia.SUBCONTRACTORS).value)

    def with_part(self, name: str, value: Mapping[str, Any]) -> "Draft":
        """The draft after saving a part."""
        saves = self.saves + 1
        return Draft({**self.parts, name: Part(value, saves)}, saves)

    def to_json(self) -> bytes:
        """The text that is locked and stored."""
        content = {
            name: {"value": dict(part.value), "saved": part.saved} for name, part in self.parts.items()
        }
        return canonical_json({"parts": content, "saves": self.saves})

    @classmethod
    def from_json(cls, text: bytes) -> "Draft":
        """Back from the stored text."""
        content = json.loads(text)
        found = {name: Part(each["value"], each["saved"]) for name, each in content["parts"].items()}
        return cls(found, content["saves"])


def checked_part(name: str, value: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """A part as it may be stored, whole or not: known names only, texts of bounded length.

    Raises:
        UnknownPart: the tender has no such part.
        AnswerTooLong: beyond what a draft keeps.
    """
    if name not in parts(asked):
        raise UnknownPart
    for key, text in value.items():
        if isinstance(text, str) and len(text) > MOST_DRAFT:
            raise AnswerTooLong(field=key, most=MOST_DRAFT)
    if name == PRICE:
        return _checked_price(value, asked)
    if name == DECLARATIONS:
        return {key: bool(value.get(key)) for key in STATEMENTS}
    if name == WISH:
        rank = value.get("rank")
        return {"rank": rank} if isinstance(rank, int) and 1 <= rank <= asked.wishes else {}
    if name == GROUNDS:
        return kept_statement(value)
    if name == LABOUR:
        return wage_floors.kept(value)
    return {"text": str(value.get("text", "")), **pledges.kept(value)}


def _checked_price(value: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    minor = value.get("minor")
    kept: dict[str, Any] = {"typed": str(value.get("typed", "")), "note": str(value.get("note", ""))}
    if asked.costs:
        kept["costs"] = kept_amounts(value.get("costs"), asked.costs)
    if isinstance(minor, int) and 0 < minor <= MAX_MINOR:
        kept["minor"] = minor
    if value.get("valid_until"):
        kept["valid_until"] = str(value["valid_until"])
    return kept


def is_whole(name: str, value: Mapping[str, Any], asked: Asked) -> bool:
    """Whether a part can be handed in as it is."""
    if name == PRICE:
        until = _day(value.get("valid_until"))
        fits = until is not None and until >= asked.closes_on + asked.valid_for
        whole = len(kept_amounts(value.get("costs"), asked.costs)) == len(asked.costs)
        return bool(value.get("minor")) and fits and whole and len(value.get("note", "")) <= MOST_ANSWER
    if name == DECLARATIONS:
        return all(value.get(key) is True for key in STATEMENTS)
    if name == WISH:
        return bool(value.get("rank"))
    if name == GROUNDS:
        return is_stated(value, asked.grounds, asked.criteria)
    if name == LABOUR:
        return wage_floors.labour_of(value) is not None
    return 0 < len(value.get("text", "").strip()) <= MOST_ANSWER and pledges.are_whole(value, asked.closes_on)


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def open_parts(draft: Draft, asked: Asked) -> list[str]:
    """The parts that are not ready yet, in page order; with members also what they still have to say."""
    left = [name for name in parts(asked) if not is_whole(name, draft.part(name).value, asked)]
    members = draft.members
    return [*left, *([consortia.JOINT] if members and not consortia.is_whole(members) else [])]


def content_of(
    draft: Draft, asked: Asked, names: Mapping[str, str], parties: Sequence[Mapping[str, Any]] = (),
    stated: Mapping[str, Mapping[str, Any]] | None = None, backers: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:  # fmt: skip
    """The content that is handed in. `names` are the readable names of parts, for the refusal.

    `parties`: who bids together, with names and signatures, as `procurement.consortia` writes them.
    `stated`: what each other organisation states about itself, by public id. `backers`: on whose means it relies.

    Raises:
        BidUnfinished: names what is not ready.
    """
    left = open_parts(draft, asked)
    if left:
        raise BidUnfinished(tasks=", ".join(names.get(name, name) for name in left))
    price, wish = draft.part(PRICE).value, draft.part(WISH).value
    return {
        "price": {"minor": price["minor"], "currency": "EUR"},
        **({"costs": dict(price["costs"])} if asked.costs else {}),
        "note": price.get("note", ""),
        "valid_until": price["valid_until"],
        "answers": {code: pledges.told(draft.part(part_of(code)).value) for code in asked.codes},
        **pledges.content({code: draft.part(part_of(code)).value for code in asked.codes}),
        "declarations": dict(draft.part(DECLARATIONS).value),
        **({"wish": wish["rank"]} if asked.wishes else {}),
        **({LABOUR: dict(draft.part(LABOUR).value)} if asked.floor else {}),
        **({GROUNDS: dict(draft.part(GROUNDS).value)} if GROUNDS in parts(asked) else {}),
        **({FILES: files} if (files := draft.files) else {}),
        **({consortia.JOINT: {"members": list(parties), "liable": True}} if parties else {}),
        **({consortia.STATED: {key: dict(each) for key, each in stated.items()}} if stated else {}),
        **({consortia.BACKERS: list(backers)} if backers else {}),
        **({consortia.SUBCONTRACTORS: rows} if (rows := draft.subcontractors) else {}),
    }


class Standing(StrEnum):
    """How a price stands to the published range."""

    ABOVE = "above"
    BELOW = "below"


def standing(minor: int | None, price_range: tuple[int, int] | None) -> Standing | None:
    """Whether a price in euro cents lies outside the published range (lowest, highest); None: inside, or no range.

    It is told, never refused: above, the bid drops out by its own published rule, and that is the bidder's choice.
    """
    if not minor or price_range is None:
        return None
    low, high = price_range
    if minor > high:
        return Standing.ABOVE
    return Standing.BELOW if minor < low else None


class Bar(StrEnum):
    """Why an organisation may not bid."""

    NOT_OPEN = "not_open"
    CLOSED = "closed"
    NO_ORGANISATION = "no_organisation"
    OWN_TENDER = "own_tender"
    NO_KVK = "no_kvk"
    EXCLUDED = "excluded"
    NO_MANDATE = "no_mandate"
    NOT_INVITED = "not_invited"
    NOT_SELECTED = "not_selected"
    LOT_STOPPED = "lot_stopped"
    NOT_RESERVED = "not_reserved"
    NO_MISSION = "no_mission"
    WON_BEFORE = "won_before"


BAR_TEXTS: Mapping[Bar, str] = {
    Bar.LOT_STOPPED: N_("Dit perceel is gestopt. De andere percelen gaan door."),
    Bar.NOT_OPEN: N_("Deze aanbesteding staat niet open voor inschrijving."),
    Bar.CLOSED: N_("De inschrijving is gesloten."),
    Bar.NO_ORGANISATION: N_("U handelt nu niet namens een organisatie. Kies eerst uw organisatie."),
    Bar.OWN_TENDER: N_("Dit is een aanbesteding van uw eigen organisatie."),
    Bar.NO_KVK: N_("Uw organisatie heeft nog geen KvK-nummer bij ons. Vul dat eerst in."),
    Bar.EXCLUDED: N_("De inkoper heeft uw organisatie uitgesloten. U kreeg daarover een brief."),
    Bar.NOT_INVITED: N_("Alleen wie is uitgenodigd, kan hier inschrijven."),
    Bar.NOT_SELECTED: N_("Alleen wie zich aanmeldde en is geselecteerd, kan hier inschrijven."),
    Bar.NOT_RESERVED: N_(
        "Deze opdracht is voorbehouden aan wie mensen aan werk helpt. Er is nog geen telling die dat van u laat zien."
    ),
    Bar.NO_MISSION: N_(
        "Deze dienst is voorbehouden aan organisaties met een publieke taak. U vulde die nog niet in."
    ),
    Bar.WON_BEFORE: N_(
        "U kreeg kort geleden al een voorbehouden opdracht van deze koper. Daarom kunt u hier niet meedoen."
    ),
    Bar.NO_MANDATE: N_("U mag niet inschrijven namens deze organisatie. Vraag uw bestuur om die rol."),
}
"""What the page says for each bar."""


@dataclass(frozen=True, slots=True)
class Bidder:
    """What the question "may we bid" looks at."""

    organisation_id: int | None
    has_kvk: bool
    has_mandate: bool
    is_excluded: bool
    is_admitted: bool = False


def bars(
    bidder: Bidder, *, buyer_id: int, is_published: bool, is_closed: bool, access: str = Access.OPEN,
    is_stopped: bool = False,
) -> list[Bar]:  # fmt: skip
    """Every reason why an organisation may not bid; none means it may.

    A supplier need not be a verified cooperative: keeping others out would be unlawful (domain: local preference
    is discriminatory). Whether it meets the requirements it declares itself. Where `access` is not open, it was
    invited or selected. `is_stopped`: the lot was stopped while the others go on.
    """
    found = [
        (not is_published, Bar.NOT_OPEN),
        (is_stopped, Bar.LOT_STOPPED),
        (is_published and is_closed, Bar.CLOSED),
        (bidder.organisation_id is None, Bar.NO_ORGANISATION),
        (bidder.organisation_id == buyer_id, Bar.OWN_TENDER),
        (bidder.organisation_id is not None and not bidder.has_kvk, Bar.NO_KVK),
        (bidder.is_excluded, Bar.EXCLUDED),
        (access == Access.INVITED and not bidder.is_admitted, Bar.NOT_INVITED),
        (access == Access.SELECTED and not bidder.is_admitted, Bar.NOT_SELECTED),
        (bidder.organisation_id is not None and not bidder.has_mandate, Bar.NO_MANDATE),
    ]
    return [bar for holds, bar in found if holds]


PREPARERS = frozenset({Role.MEMBER, Role.BOARD})
"""Roles that fill in a bid and see it."""

HELPERS = frozenset({Role.BID_HELPER})
"""Who helps a bidder until a day."""

FILLERS = PREPARERS | HELPERS
"""Roles that fill in the pages of a bid: who helps does so too, and neither joins with others nor withdraws."""

BINDERS = frozenset({Role.BOARD})
"""Roles that hand in, change and withdraw: this binds the organisation."""


def may_work_on(actor: Actor, organisation_id: int, roles: frozenset[Role]) -> bool:
    """Whether an actor acts for the bidder in one of these roles."""
    return actor.organisation_id == organisation_id and actor.has(*roles)


class BidState(StrEnum):
    """Where a bid stands, for its own organisation."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OPENED = "opened"
    DECIDED = "decided"


def state_of(
    *, version: int, submitted_draft: int | None, draft_version: int, is_withdrawn: bool, is_closed: bool,
    is_opened: bool, is_retracted: bool = False, is_decided: bool = False,
) -> BidState:  # fmt: skip
    """The state of a bid. `changed`: handed in, and worked on since, so the older version still counts.

    `is_retracted`: a member took its signature back, so that nothing counts until it is handed in again.
    """
    if is_withdrawn:
        return BidState.WITHDRAWN
    if version == 0 or is_retracted:
        return BidState.EXPIRED if is_closed else BidState.DRAFT
    if is_opened:
        return BidState.DECIDED if is_decided else BidState.OPENED
    if submitted_draft != draft_version and not is_closed:
        return BidState.CHANGED
    return BidState.SUBMITTED
