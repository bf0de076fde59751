"""What may be made up after the opening, by whom, and where a request stands. Pure.

The buyer may ask and need not; whoever is in the same position gets the same chance; the bid stays the same bid.
Answers to questions of quality, their files and the price are never made up: they are what is compared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cwb.kernel.calendar import working_days_after
from cwb.kernel.text import N_
from procurement.consortia.rules import STATED, parties
from procurement.hearings.rules import check_text
from procurement.repairs import errors
from procurement.statements.rules import PAPER_TEXTS, Demand

MEGA = 1024 * 1024
MOST_FILE = 10 * MEGA
"""Bytes of the file with an answer (own choice; the database holds the same)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Dated: the least working days to answer."""

    valid_from: date
    least_working_days: int
    source: str
    certainty: str

    def first_day(self, on: date) -> date:
        """The earliest last day to answer for a request of this day."""
        return working_days_after(on, self.least_working_days)


class Kind(StrEnum):
    """What is wrong."""

    MISSING = "missing"
    UNCLEAR = "unclear"
    CLERICAL = "clerical"


KINDS: Mapping[Kind, str] = {
    Kind.MISSING: N_("Een formeel stuk ontbreekt"),
    Kind.UNCLEAR: N_("Een formeel stuk is onduidelijk, verlopen of niet getekend"),
    Kind.CLERICAL: N_("Een duidelijke vergissing, zoals een verschrijving"),
}

STATEMENT, MEMBER, FILE = "statement", "member", "file"

ABOUT: Mapping[str, str] = {
    **PAPER_TEXTS,
    STATEMENT: N_("De eigen verklaring"),
    MEMBER: N_("De verklaring, een stuk of de handtekening van een lid"),
    FILE: N_("Een bijlage die niet opengaat"),
    "authority": N_("Bewijs wie mag tekenen"),
    "other": N_("Iets anders: schrijf het in uw vraag"),
}
"""What a request is about: codes of papers, and the rest."""


def lacking(content: Mapping[str, Any] | None, demand: Demand, closes_on: date) -> list[str]:
    """What the system sees missing in an opened bid: codes of `ABOUT`. A paper that ended before the closing counts.

    Of a joint bid also whether a member lacks its signature, its own statement or a paper; the question says whose.
    """
    said, along = (content or {}).get("grounds"), _members_lack(content, demand, closes_on)
    if not said:
        return ([STATEMENT] if demand.asks else list(demand.papers)) + along
    return _gone(said, demand, closes_on) + along


def _gone(said: Mapping[str, Any], demand: Demand, closes_on: date) -> list[str]:
    kept = said.get("papers", {})
    return [
        kind for kind in demand.papers
        if kind not in kept or date.fromisoformat(kept[kind]["expires_on"]) < closes_on
    ]  # fmt: skip


def _members_lack(content: Mapping[str, Any] | None, demand: Demand, closes_on: date) -> list[str]:
    stated = (content or {}).get(STATED) or {}
    for each in parties(content)[1:]:
        own = stated.get(each["organisation"])
        is_owed = bool(demand.grounds or demand.papers)
        if not each.get("signed_at") or (is_owed and (own is None or _gone(own, demand, closes_on))):
            return [MEMBER]
    return []


@dataclass(frozen=True, slots=True)
class Standing:
    """A bid that takes part: its key, the name of its bidder, what the system sees missing, whether it was asked."""

    key: int
    name: str
    lacks: Sequence[str]
    is_asked: bool


def shares(
    standings: Sequence[Standing], chosen: Collection[int], about: Sequence[str], kind: Kind, left_out: str
) -> dict[int, list[str]]:
    """What each chosen bidder is asked about: of what the system can see, only what it lacks.

    Raises:
        NobodyAsked, BidderUnknown, AboutMissing, NothingLacking: at the fields `bidders` and `about`.
        LeftOut: somebody in the same position is not asked, without a reason; at the field `left_out`.
    """
    if not chosen:
        raise errors.NobodyAsked(field="bidders")
    able = {each.key: each for each in standings if not each.is_asked}
    if set(chosen) - able.keys():
        raise errors.BidderUnknown(field="bidders")
    if not about or set(about) - ABOUT.keys():
        raise errors.AboutMissing(field="about")
    seen = {code for each in standings for code in each.lacks if kind is Kind.MISSING or code == FILE}
    made = {
        key: [code for code in about if code not in seen or code in each.lacks]
        for key, each in able.items() if key in chosen
    }  # fmt: skip
    for key, codes in made.items():
        if not codes:
            raise errors.NothingLacking(field="bidders", name=able[key].name)
    same = [
        each.name for key, each in able.items() if key not in chosen and seen & set(each.lacks) & set(about)
    ]
    if same and len(left_out.strip()) < 20:
        raise errors.LeftOut(field="left_out", names=", ".join(sorted(same)))
    return made


class Verdict(StrEnum):
    """What a second person decides."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


VERDICTS: Mapping[Verdict, str] = {
    Verdict.ACCEPTED: N_("Aanvaard: de inschrijving doet mee"),
    Verdict.REFUSED: N_("Niet aanvaard: de inschrijving doet niet mee"),
}

OUT_REASON = "Een formeel gebrek is niet hersteld (artikel 2.55)."
"""What the panel and the letter read; the reasons stand with the request and in the letter."""


def check_decision(
    verdict: Verdict, reasons: str, *, kind: Kind, is_answered: bool, is_same_bid: bool, is_older: bool
) -> str:
    """A decision with reasons; accepted is only what leaves the bid as it was, and a paper from before the closing.

    Raises:
        TextTooShort, NoAnswer, OtherBid, NotFromBefore: at the fields of the form.
    """
    said = check_text(reasons, "reasons")
    if verdict is Verdict.ACCEPTED:
        if not is_answered:
            raise errors.NoAnswer(field="verdict")
        if not is_same_bid:
            raise errors.OtherBid(field="is_same_bid")
        if kind is not Kind.CLERICAL and not is_older:
            raise errors.NotFromBefore(field="is_older")
    return said


class State(StrEnum):
    """Where a request stands; only the last is an end."""

    ASKED = "asked"
    READY = "ready"
    DECIDED = "decided"


STATES: Mapping[State, tuple[str, str]] = {
    State.ASKED: (N_("wacht op de inschrijver"), "info"),
    State.READY: (N_("wacht op een besluit"), "warn"),
    State.DECIDED: (N_("klaar"), "good"),
}
"""State → text and tone."""


def state_of(*, is_heard: bool, is_decided: bool) -> State:
    """The state from what was done; without an answer a colleague decides once the term is over."""
    if is_decided:
        return State.DECIDED
    return State.READY if is_heard else State.ASKED
