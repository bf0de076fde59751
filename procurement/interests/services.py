"""Saving an interest, stopping it, and the mail about what is new.

A round is one transaction: what was told, the letter in the outbox and the next moment are kept together or not at
all, so a killed worker tells nothing twice and forgets nothing.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.identity.events import UserErased
from cwb.identity.queries import mandates_of_user
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.bids.rules import FILLERS, Bar
from procurement.interests import errors, queries, rules
from procurement.interests.models import InterestTold, SavedInterest
from procurement.interests.queries import Item
from procurement.interests.rules import About, Often
from procurement.matching.services import bars

NEVER = frozenset({Bar.OWN_TENDER, Bar.EXCLUDED, Bar.NOT_SELECTED, Bar.NOT_RESERVED, Bar.NO_MISSION})
"""Bars that make an opportunity none for a cooperative, as long as they stand."""


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
    ]
    barred = _barred(session, interest.user_id, new, at)
    new = [each for each in new if each.tender is None or each.tender.id not in barred][: rules.MOST_ITEMS]
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


def _barred(session: Session, user_id: int, new: Sequence[Item], at: datetime) -> set[int]:
    """Of these the tenders that none of somebody's cooperatives may bid on; for who acts for none, no tender."""
    tenders = {each.tender.id: each.tender for each in new if each.tender is not None}
    held: dict[int, set[Role]] = defaultdict(set)
    if tenders:
        for mandate, _organisation in mandates_of_user(session, user_id):
            if mandate.ended_at is None and mandate.role in FILLERS:
                held[mandate.organisation_id].add(Role(mandate.role))
    of_each = [
        bars(session, tenders, Actor(user_id, "", organisation_id, "", frozenset(roles)), at)
        for organisation_id, roles in held.items()
    ]
    return {each for each in tenders if of_each and all(NEVER & set(found[each]) for found in of_each)}


def _page(item: Item) -> str:
    return f"/{'tenders' if item.found.kind is About.TENDERS else 'needs'}/{item.number}"


def forget_user(session: Session, event: UserErased) -> None:
    """An erased account leaves no interests."""
    session.execute(delete(SavedInterest).where(SavedInterest.user_id == event.user_id))
