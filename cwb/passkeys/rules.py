"""Decisions about passkeys; no database, no library."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from cwb.kernel.policy import SECOND_FACTOR_ROLES, Role

MOST = 20
"""Passkeys that one account may hold."""

ASKED = timedelta(minutes=15)
"""How long a browser may take to answer; as long as a mailed code works."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks for a passkey (the relying party): its domain, and the origin at which pages are shown."""

    id: str
    origin: str


def party(base_url: str, scheme: str, host: str) -> Party | None:
    """Who asks, at this address; None where passkeys cannot work.

    The configured address counts, never what a request says of itself, except on one's own computer
    (`localhost`), which no other site can pretend to be. `host` is as in the request, with its port.
    """
    site = urlsplit(base_url)
    if site.scheme == "https" and site.hostname and host == site.netloc:
        return Party(site.hostname, f"https://{site.netloc}")
    if host.partition(":")[0] == "localhost":
        return Party("localhost", f"{scheme}://{host}")
    return None


def protected(roles: Iterable[Role], *, has_app: bool, passkeys: int) -> bool:
    """Whether an account has a second step that must be given before anything about signing in changes.

    For who holds no role that needs one, a passkey is a comfort: losing it must not lock them out.
    """
    return has_app or (passkeys > 0 and not SECOND_FACTOR_ROLES.isdisjoint(roles))


def may_go(roles: Iterable[Role], *, has_app: bool, passkeys: int) -> bool:
    """Whether one of `passkeys` may be removed: a mailed code still signs in; the second step must stay."""
    return has_app or passkeys > 1 or SECOND_FACTOR_ROLES.isdisjoint(roles)
