"""A joint bid (inschrijving als combinatie) and subcontractors: pure decisions on what a draft holds.

Members answer together and each for the whole (hoofdelijk). Bidding together is allowed where each could not bid, or
not as well, alone; otherwise it may limit competition (art. 6 Mededingingswet). Each member says why, and signs for
exactly one state of the draft: after any change it signs anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.consortia.errors import (
    DemandMissing,
    LiabilityOpen,
    ReasonTooShort,
    RoleMissing,
    SharesNotWhole,
    ShareWrong,
    SubcontractedTooMuch,
    SubcontractorUnfinished,
    TakesPartTwice,
    WordsTooShort,
)

JOINT, SUBCONTRACTORS, BACKERS = "joint", "subcontractors", "backers"
"""Names of the parts of a draft, and of a sealed bid: members, subcontractors, others whose means are relied on."""

STATED = "member_grounds"
"""Name of the part of a sealed bid with what each other organisation states about itself, by public id."""

WHOLE = 10_000
"""All of a joint bid, in basis points (hundredths of a percent)."""

MOST_MEMBERS, MOST_SUBCONTRACTORS = 10, 10
MOST_ROLE, MOST_REASON, LEAST_REASON = 200, 1000, 20
"""Longest and shortest texts in characters."""

_SUB = {"name": 200, "kvk": 8, "what": 200, "place": 80}


@dataclass(frozen=True, slots=True)
class Member:
    """One member as the draft holds it. `id`: public id of the organisation; `share` in basis points, 0: not yet."""

    id: str
    role: str = ""
    share: int = 0
    reason: str = ""
    liable: bool = False

    def stored(self) -> dict[str, Any]:
        """As the draft keeps it."""
        return {
            "id": self.id, "role": self.role, "share": self.share, "reason": self.reason, "liable": self.liable,
        }  # fmt: skip


def members_of(value: Mapping[str, Any]) -> list[Member]:
    """The members in the part `joint` of a draft, the lead first; none: an organisation bids alone."""
    return [
        Member(each["id"], each["role"], each["share"], each["reason"], each["liable"])
        for each in value.get("members", ())
    ]


def stored(members: Sequence[Member]) -> dict[str, Any]:
    """The part `joint` of a draft; with the lead alone there is none."""
    return {"members": [each.stored() for each in members] if len(members) > 1 else []}


def percent(share: int) -> Decimal:
    """Basis points as percent: 2,500 is 25.00."""
    return Decimal(share).scaleb(-2)


def basis_points(share: Decimal | None) -> int:
    """Percent as basis points; exact.

    Raises:
        ShareWrong: nothing, zero or less, 100 or more, or parts of a hundredth.
    """
    if share is None or not share.is_finite() or not 0 < share < 100:
        raise ShareWrong(field="shares")
    points = share.scaleb(2)
    if points != points.to_integral_value():
        raise ShareWrong(field="shares")
    return int(points)


def check_shares(shares: Sequence[int]) -> None:
    """Each above zero, together exactly 100 percent.

    Raises:
        ShareWrong, SharesNotWhole: they are not; the sum is told.
    """
    if any(each <= 0 for each in shares):
        raise ShareWrong(field="shares")
    if (total := sum(shares)) != WHOLE:
        raise SharesNotWhole(field="shares", sum=percent(total), left=percent(abs(WHOLE - total)))


def check_role(role: str) -> str:
    """What a member does, in words.

    Raises:
        RoleMissing: nothing, or too long.
    """
    clean = role.strip()
    if not 0 < len(clean) <= MOST_ROLE:
        raise RoleMissing(field="members", most=MOST_ROLE)
    return clean


def check_reason(reason: str) -> str:
    """Why a member does not bid alone (art. 6 Mw).

    Raises:
        ReasonTooShort: less than a sentence.
    """
    clean = reason.strip()[:MOST_REASON]
    if len(clean) < LEAST_REASON:
        raise ReasonTooShort(field="reason", least=LEAST_REASON)
    return clean


def check_liable(*, liable: bool) -> None:
    """Each member answers for the whole.

    Raises:
        LiabilityOpen: it does not.
    """
    if not liable:
        raise LiabilityOpen(field="liable")


def check_once(*, takes_part: bool) -> None:
    """A bidder takes part once in a lot, alone or with others.

    Raises:
        TakesPartTwice: it stands in another bid that counts.
    """
    if takes_part:
        raise TakesPartTwice


def is_whole(members: Sequence[Member]) -> bool:
    """Whether a joint bid can be signed: a role, a share, a reason and liability of each; exactly 100 percent."""
    return sum(each.share for each in members) == WHOLE and all(
        each.share > 0 and each.role and len(each.reason) >= LEAST_REASON and each.liable for each in members
    )


class Standing(StrEnum):
    """How far a member is."""

    INVITED = "invited"
    JOINED = "joined"
    ASKED = "asked"
    STALE = "stale"
    SIGNED = "signed"


STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.INVITED: (N_("Uitgenodigd"), "neutral"),
    Standing.JOINED: (N_("Doet mee"), "info"),
    Standing.ASKED: (N_("Handtekening gevraagd"), "info"),
    Standing.STALE: (N_("Moet opnieuw tekenen"), "warn"),
    Standing.SIGNED: (N_("Getekend"), "good"),
}
"""Standing → its text and tone."""


def standing(
    *, has_joined: bool, signed_draft: int | None, asked_draft: int | None, draft_version: int
) -> Standing:
    """Where a member stands; a signature counts for one state of the draft only."""
    if not has_joined:
        return Standing.INVITED
    if signed_draft == draft_version:
        return Standing.SIGNED
    if asked_draft == draft_version:
        return Standing.ASKED
    return Standing.STALE if signed_draft is not None else Standing.JOINED


def subcontractors_of(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The subcontractors in a draft: name, KvK number (or ""), what they do, share in basis points, place."""
    return list(value.get("rows", ()))


def check_subcontractors(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a draft keeps of typed subcontractors. They sign nothing and are not liable.

    Raises:
        SubcontractorUnfinished: one without name, work or share.
        SubcontractedTooMuch: more than 100 percent together.
    """
    kept: list[dict[str, Any]] = []
    for row in rows[:MOST_SUBCONTRACTORS]:
        clean: dict[str, Any] = {name: str(row.get(name) or "").strip()[:most] for name, most in _SUB.items()}
        share = row.get("share")
        if not any(clean.values()) and share is None:
            continue
        if not clean["name"] or not clean["what"] or not isinstance(share, int) or share <= 0:
            raise SubcontractorUnfinished(field="rows")
        kept.append({**clean, "share": share})
    if (total := sum(row["share"] for row in kept)) > WHOLE:
        raise SubcontractedTooMuch(field="rows", sum=percent(total))
    return {"rows": kept}


def parties(content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The members in a sealed bid, lead first: organisation, name, kvk, role, share, reason, signed_at.

    Empty for who bid alone.
    """
    joint = (content or {}).get(JOINT) or {}
    return list(joint.get("members", ()))


def backers(content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """On whose means a sealed bid relies: organisation, name, kvk, criteria, means, promise, promised_at."""
    return list((content or {}).get(BACKERS) or ())


def statements(content: Mapping[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    """What others in an opened bid state about themselves: name and statement; members first, then who is relied on."""
    found = (content or {}).get(STATED) or {}
    others = [*parties(content), *backers(content)]
    return [(each["name"], found[key]) for each in others if (key := each["organisation"]) in found]


MOST_BACKERS, LEAST_PROMISE = 5, 10
"""Most organisations that a bid may rely on, and characters of the shortest words about it."""

RELIANCE = "Aanbestedingswet 2012, art. 2.92-2.94"
"""Where relying on another's means is sought; not read in a source, so shown as not certain."""


def check_means(means: str, criteria: Sequence[str], known: Sequence[str]) -> tuple[str, list[str]]:
    """What a bidder asks of another: for which demands, and which means it lends.

    Raises:
        DemandMissing: no demand of this tender.
        WordsTooShort: at the field `means`.
    """
    chosen = [each for each in known if each in set(criteria)]
    if not chosen:
        raise DemandMissing(field="criteria")
    return check_words(means, "means"), chosen


def check_words(words: str, field: str) -> str:
    """What one says about lending one's means.

    Raises:
        WordsTooShort: at that field.
    """
    clean = words.strip()[:MOST_REASON]
    if len(clean) < LEAST_PROMISE:
        raise WordsTooShort(field=field, least=LEAST_PROMISE)
    return clean


def party_name(alone: str, content: Mapping[str, Any] | None) -> str:
    """The bidder in one line: its own name, or with others "A, B en C (combinatie)"."""
    return named(alone, [each["name"] for each in parties(content)])


def named(alone: str, names: Sequence[str]) -> str:
    """The same from the names of all, lead first."""
    return f"{', '.join(names[:-1])} en {names[-1]} (combinatie)" if len(names) > 1 else alone


def parts_of(price: int | None, members: Sequence[Member]) -> list[Money | None]:
    """What each member gets of a price in euro cents, to the cent; nothing to tell while shares are not whole."""
    if not price or sum(each.share for each in members) != WHOLE:
        return [None] * len(members)
    return list(Money(price).allocate([each.share for each in members]))


class Ending(StrEnum):
    """How somebody stops with a joint bid, or only takes its signature back."""

    OUT = "out"
    BACK = "back"
    LEFT = "left"
    DECLINED = "declined"
    UNINVITED = "uninvited"


ENDINGS: Mapping[Ending, tuple[str, str]] = {
    Ending.OUT: (
        N_("%(number)s: een handtekening is ingetrokken"),
        N_(
            "%(name)s trok de handtekening in onder %(number)s, %(title)s.\n\n"
            "Wat was ingediend, telt daarom niet meer. Het concept is bewaard, met alle antwoorden. "
            "Tot %(closes_at)s kunt u opnieuw laten tekenen en indienen."
        ),
    ),
    Ending.BACK: (
        N_("%(number)s: een handtekening is ingetrokken"),
        N_("%(name)s trok de handtekening in onder %(number)s, %(title)s. Er was nog niets ingediend."),
    ),
    Ending.LEFT: (
        N_("%(number)s: %(name)s doet niet meer mee"),
        N_(
            "%(name)s doet niet meer mee met %(number)s, %(title)s. Er was nog niets ingediend. "
            "Het concept is bewaard. Spreek de aandelen opnieuw af."
        ),
    ),
    Ending.DECLINED: (
        N_("%(number)s: %(name)s doet niet mee"),
        N_(
            "%(name)s zei nee op de uitnodiging voor %(number)s, %(title)s. Het concept is bewaard. "
            "Spreek de aandelen opnieuw af, of nodig een ander uit."
        ),
    ),
    Ending.UNINVITED: (
        N_("%(number)s: u bent niet meer uitgenodigd"),
        N_(
            "De penvoerder trok de uitnodiging in om samen in te schrijven op %(number)s, %(title)s. "
            "U hoeft niets te doen. Alleen inschrijven kan nog tot %(closes_at)s."
        ),
    ),
}
"""Subject and text of the letter about it."""


def ending(*, was_in: bool, had_joined: bool, by_lead: bool) -> Ending:
    """What it is that a member goes. `was_in`: a bid that was handed in left the box. `by_lead`: taken off."""
    if was_in:
        return Ending.OUT
    if had_joined:
        return Ending.LEFT
    return Ending.UNINVITED if by_lead else Ending.DECLINED
