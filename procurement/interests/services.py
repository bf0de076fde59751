"""Saving an interest, stopping it, and the mail about what is new.

A round is one transaction: what was told, the letter in the outbox and the next moment are kept together or not at
all, so a killed worker tells nothing twice and forgets nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.identity.events import UserErased
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.interests import errors, queries, rules
from procurement.interests.models import InterestTold, SavedInterest
from procurement.interests.queries import Item
from procurement.interests.rules import About, Often


def save_interest(
    session: Session, *, user_id: int, name: str, about: About, cpv_groups: Sequence[str], place_code: str | None,
    words: str, low: Money | None, high: Money | None, often: Often, at: datetime,
    interest: SavedInterest | None = None,
) -> SavedInterest:  # fmt: skip
    """Save a filter, or change one of one's own; what is already there when it is made is no news.

    Raises:
        NameMissing, ValueReversed: at the field; TooMany.
    """
    rules.check(name, low, high)
    facts = {
        "name": name.strip(), "about": about, "cpv_groups": list(cpv_groups), "place_code": place_code or None,
        "words": words.strip(), "value_low_minor": None if low is None else low.minor,
        "value_high_minor": None if high is None else high.minor, "often": often,
    }  # fmt: skip
    if interest is None:
        if queries.count(session, user_id) >= rules.MOST_INTERESTS:
            raise errors.TooMany(field="name", most=rules.MOST_INTERESTS)
        interest = SavedInterest(
            user_id=user_id, secret=secrets.token_urlsafe(32), made_at=at, next_at=rules.next_at(often, at),
            **facts,
        )  # fmt: skip
        session.add(interest)
    else:
        for field, value in facts.items():
            setattr(interest, field, value)
        interest.next_at = rules.next_at(often, at)
    session.flush()
    return interest


def pause(session: Session, *, interest: SavedInterest, paused: bool, at: datetime) -> None:
    """Send nothing for now, or again; what comes meanwhile is told afterwards if it is still open."""
    interest.paused_at = at if paused else None
    interest.next_at = rules.next_at(interest.often, at)
    session.flush()


def remove(session: Session, *, interest: SavedInterest) -> None:
    """Forget an interest and what it was told."""
    session.delete(interest)
    session.flush()


def send_due(session: Session, *, at: datetime, most: int = 500) -> int:
    """One round: whoever's moment came gets one letter about what is new, if anything is. Returns how many."""
    waiting = queries.due(session, at, most)
    if not waiting:
        return 0
    open_items, sent = queries.items(session, at), 0
    for interest in waiting:
        sent += _tell(session, interest, open_items, at)
        interest.next_at = rules.next_at(interest.often, at)
    session.flush()
    return sent


def _tell(session: Session, interest: SavedInterest, open_items: Sequence[Item], at: datetime) -> bool:
    wish, known = interest.wish, queries.told(session, interest.id)
    new = [
        each
        for each in open_items
        if each.published_at > interest.made_at and each.key not in known and rules.matches(wish, each.found)
    ][: rules.MOST_ITEMS]
    if not new or interest.user.erased_at is not None:
        return False
    session.execute(
        insert(InterestTold)
        .values([{"interest_id": interest.id, "item": each.key, "told_at": at} for each in new])
        .on_conflict_do_nothing()
    )
    stop = f"/interests/{interest.public_id}/stop/{rules.token(interest.secret, 'stop')}"
    one = len(new) == 1
    send_mail(
        session, to=interest.user.email, locale=interest.user.locale,
        subject=N_("Nieuw: %(title)s") if one else N_("%(num)s nieuwe berichten bij “%(name)s”"),
        text=N_(
            "Dit is nieuw bij uw zoekopdracht “%(name)s”:\n\n%(list)s"
        ),
        facts={
            "name": interest.name, "title": new[0].title, "num": len(new),
            "list": rules.listing([(f"{each.title} ({each.number})", _page(each)) for each in new]),
        },
        link=_page(new[0]) if one else None, at=at, key=f"interest-{interest.id}-{new[0].key}",
        unsubscribe=f"{stop}/now",
    )  # fmt: skip
    return True


def _page(item: Item) -> str:
    return f"/{'tenders' if item.found.kind is About.TENDERS else 'needs'}/{item.number}"


def forget_user(session: Session, event: UserErased) -> None:
    """An erased account leaves no interests."""
    session.execute(delete(SavedInterest).where(SavedInterest.user_id == event.user_id))
