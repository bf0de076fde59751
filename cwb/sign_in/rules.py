"""Decisions about signing in; time handed in, no database."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from cwb.kernel.policy import SECOND_FACTOR_ROLES, Actor, Role

CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
WINDOW = timedelta(minutes=15)

STAFF_ROLES = SECOND_FACTOR_ROLES | {Role.AUDITOR, Role.COACH}
STAFF_LIFE, STAFF_IDLE = timedelta(hours=12), timedelta(hours=2)
MEMBER_LIFE, MEMBER_IDLE = timedelta(days=30), timedelta(days=14)
TOUCH = timedelta(minutes=5)
"""How old `seen_at` may grow before it is written again."""

LIMITS = {"password": 10, "mail": 4, "address": 60, "second_factor": 10, "redeem": 30}
"""Most attempts in a quarter of an hour, per kind; "address" is for one network address, many people behind it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A running mandate as the session sees it."""

    role: Role
    organisation_id: int
    organisation_name: str


def life(roles: Iterable[Role]) -> timedelta:
    """How long a session lasts at most: a working day for staff, a month on a member's own phone."""
    return STAFF_LIFE if STAFF_ROLES.intersection(roles) else MEMBER_LIFE


def idle(roles: Iterable[Role]) -> timedelta:
    """How long a session may lie unused."""
    return STAFF_IDLE if STAFF_ROLES.intersection(roles) else MEMBER_IDLE


def acting_for(chosen: int | None, held: Sequence[Held]) -> int | None:
    """The organisation somebody acts for: the chosen one while a mandate runs there, else their only one."""
    organisations = {each.organisation_id for each in held}
    if chosen in organisations:
        return chosen
    return next(iter(organisations)) if len(organisations) == 1 else None


def actor(user_id: int, name: str, chosen: int | None, held: Sequence[Held], *, second_factor: bool) -> Actor:
    """Who acts: the roles in one organisation; without the second factor the weighty ones sleep.

    Who acts for no organisation acts for themselves, as a resident.
    """
    organisation_id = acting_for(chosen, held)
    here = [each for each in held if each.organisation_id == organisation_id]
    if not here:
        return Actor(user_id=user_id, name=name, roles=frozenset({Role.RESIDENT}))
    roles = frozenset(each.role for each in here)
    sleeping = frozenset() if second_factor else roles & SECOND_FACTOR_ROLES
    return Actor(
        user_id=user_id,
        name=name,
        organisation_id=organisation_id,
        organisation_name=here[0].organisation_name,
        roles=roles - sleeping,
        sleeping=sleeping,
    )


def new_token() -> str:
    """A secret that cannot be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def token_hash(token: str) -> bytes:
    """What is kept of a secret of 256 bits; no salt or work is needed for that many."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def code_hash(browser: str, code: str) -> bytes:
    """What is kept of six digits: mixed with the browser's secret, which the database does not hold."""
    return hashlib.sha256(f"{browser}:{code}".encode("utf-8", "replace")).digest()


def typed_code(text: str) -> str:
    """Six digits as people type them: blanks, a hyphen, or the digits of another script."""
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    return re.sub(r"[\s-]+", "", digits)


def bucket(kind: str, value: str) -> bytes:
    """Where attempts are counted; the address itself is not kept."""
    return hashlib.sha256(f"{kind}:{value.strip().lower()}".encode("utf-8", "replace")).digest()


def network(address: str | None) -> str:
    """A network address, IPv6 by its /64: one household, one bucket."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped.compressed if found.ipv4_mapped else found.exploded[:19]
    return found.compressed


def window(at: datetime) -> datetime:
    """The start of the quarter of an hour in which an instant falls."""
    return datetime.fromtimestamp(at.timestamp() // 900 * 900, UTC)


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def device(user_agent: str) -> str:
    """A device in words one recognises, "Firefox, Android"; nothing that follows a person."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or "?"


def safe_next(target: str | None) -> str | None:
    """A path on this site to go on to, or None: never another site (two slashes, a backslash, a scheme)."""
    if not target or len(target) > 500 or not re.fullmatch(r"/(?![/\\])[^\\\s\x00-\x1f]*", target):
        return None
    return target


def masked_email(address: str) -> str:
    """An address one recognises when it is one's own: "f…e@voorbeeld.nl"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{domain}"
