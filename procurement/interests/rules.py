"""What a saved interest finds, when its mail goes out, and the tokens of its addresses: pure decisions."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from cwb.kernel.clock import LOCAL
from cwb.kernel.money import Money
from cwb.kernel.text import N_, search_key
from procurement.interests import errors

MOST_INTERESTS = 20
"""Most saved interests of one person."""

MOST_ITEMS = 50
"""Most things in one mail; what is over waits for the next."""

MORNING = time(7)
"""When daily and weekly mail goes out, in Amsterdam."""


class Often(StrEnum):
    """How often mail goes out, if there is anything new."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


OFTEN_TEXTS = {
    Often.AT_ONCE: N_("Meteen"),
    Often.DAILY: N_("Eén keer per dag, om 7 uur"),
    Often.WEEKLY: N_("Eén keer per week, op maandag"),
}


class About(StrEnum):
    """What is searched."""

    TENDERS = "tenders"
    NEEDS = "needs"
    BOTH = "both"


ABOUT_TEXTS = {
    About.BOTH: N_("Opdrachten en de inkoopkalender"),
    About.TENDERS: N_("Alleen opdrachten"),
    About.NEEDS: N_("Alleen de inkoopkalender"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A filter. Empty parts narrow nothing; amounts without VAT."""

    about: About = About.BOTH
    cpv_groups: tuple[str, ...] = ()
    place_code: str | None = None
    words: str = ""
    low: Money | None = None
    high: Money | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What may match: the facts that everyone may know. `low` and `high` None: no public value."""

    kind: About
    cpv: str
    place_code: str | None
    search_text: str
    low: Money | None = None
    high: Money | None = None


def matches(wish: Wish, found: Found) -> bool:
    """Whether it is what was asked. Without a place it is for the whole area; without a value it may be any."""
    if wish.about is not About.BOTH and wish.about is not found.kind:
        return False
    if wish.cpv_groups and not found.cpv.startswith(wish.cpv_groups):
        return False
    if wish.place_code and found.place_code not in {None, wish.place_code}:
        return False
    if any(word not in found.search_text for word in search_key(wish.words).split()):
        return False
    if wish.low is not None and found.high is not None and found.high < wish.low:
        return False
    return not (wish.high is not None and found.low is not None and wish.high < found.low)


def cpv_groups(text: str) -> list[str]:
    """CPV groups as typed: digits with commas, blanks or semicolons between; a control digit is dropped.

    Raises:
        CpvGroupInvalid: names what is wrong.
    """
    found: list[str] = []
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        clean = re.sub(r"-\d$", "", part)
        if not re.fullmatch(r"[0-9]{2,8}", clean):
            raise errors.CpvGroupInvalid(field="cpv", text=part[:20])
        short = clean.rstrip("0") if len(clean) == 8 else clean
        found.append(short.ljust(2, "0"))
    return sorted(set(found))


def check(name: str, low: Money | None, high: Money | None) -> None:
    """A name, and bounds in order.

    Raises:
        NameMissing, ValueReversed: at the field.
    """
    if not name.strip():
        raise errors.NameMissing(field="name")
    if high is not None and high < (low or Money(0)):
        raise errors.ValueReversed(field="high")


def next_at(often: Often, at: datetime) -> datetime:
    """When is looked again, after `at`: at once means at the next round of the worker."""
    if often is Often.AT_ONCE:
        return at
    here = at.astimezone(LOCAL)
    day = here.date() + timedelta(days=0 if here.time() < MORNING else 1)
    if often is Often.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(day, MORNING, tzinfo=LOCAL).astimezone(at.tzinfo)


def token(secret: str, purpose: str) -> str:
    """What proves an address was given by us, for one purpose ("stop", "calendar"): HMAC-SHA-256, 32 hex digits."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]


def is_token(secret: str, purpose: str, given: str) -> bool:
    """Whether a token is right, in constant time."""
    return hmac.compare_digest(token(secret, purpose).encode(), given.encode())


def listing(items: Sequence[tuple[str, str]]) -> str:
    """Lines of a mail: what is new, and below it its own page; of one alone the letter has the link already."""
    if len(items) == 1:
        return f"- {items[0][0]}"
    return "\n".join(f"- {text}\n{page}" for text, page in items)
