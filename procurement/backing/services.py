"""Use cases of relying on another's means: ask, promise, decline, take off."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import find_organisation_by_kvk, people_with
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.backing import errors, policy
from procurement.bids import queries as bids
from procurement.bids import rules as bid_rules
from procurement.bids.errors import DraftClosed, NotYours
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.bids.rules import Draft
from procurement.bids.services import change_draft, held
from procurement.consortia import queries as consortia
from procurement.consortia import rules
from procurement.consortia.models import Backer
from procurement.consortia.rules import BACKERS
from procurement.consortia.services import promise_own
from procurement.sealing.gateway import HouseKeys


def _check_open(session: Session, chance: Opportunity) -> None:
    if bids.is_closed(chance.tender, bids.database_now(session)):
        raise DraftClosed(closed_at=chance.tender.closes_at)


def ask(
    session: Session, *, chance: Opportunity, bid: Bid, kvk: str, criteria: Sequence[str], means: str, actor: Actor,
    keys: HouseKeys, at: datetime,
) -> Backer:  # fmt: skip
    """Ask an organisation to lend its means for demands of a tender; it hears so by mail and on its dashboard.

    Raises:
        NotYours, MayNotBid, DraftClosed, BidWithdrawn: as with any part of a draft.
        OrganisationUnknown, CannotAsk, TooMany: whom. DemandMissing, WordsTooShort: what.
    """
    if not (policy.ASK.open_to(actor) and actor.organisation_id == bid.organisation_id):
        raise NotYours
    bid = held(session, bid)
    _check_open(session, chance)
    clean, chosen = rules.check_means(means, criteria, chance.demand.criterion_ids)
    found = find_organisation_by_kvk(session, kvk.strip())
    if found is None:
        raise errors.OrganisationUnknown(field="kvk")
    there = consortia.backers(session, bid.id)
    members = [each.organisation_id for each in consortia.running(session, bid.id)]
    if found.id in {
        bid.organisation_id,
        chance.tender.buyer_id,
        *members,
        *(each.organisation_id for each in there),
    }:
        raise errors.CannotAsk(field="kvk")
    if len(there) >= rules.MOST_BACKERS:
        raise errors.TooMany(field="kvk", most=rules.MOST_BACKERS)
    made = Backer(
        bid_id=bid.id, lot_id=bid.lot_id, lead_id=bid.organisation_id, organisation_id=found.id, criteria=chosen,
        means=clean, asked_by_id=actor.user_id, asked_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _write(session, chance, bid, actor, keys)
    lead = session.get_one(Organisation, bid.organisation_id)
    _tell(
        session, chance, made, found.id, N_("%(lead)s vraagt om uw middelen bij %(number)s"),
        N_("%(lead)s wil bij %(number)s, %(title)s op uw organisatie steunen. Lees wat er gevraagd wordt en kies:"),
        f"/backing/{made.public_id}", "asked", at, lead=lead.name,
    )  # fmt: skip
    return made


def _write(session: Session, chance: Opportunity, bid: Bid, actor: Actor, keys: HouseKeys) -> None:
    """Let the draft name on whom it relies, so that members sign anew and it differs from what was handed in."""
    ids = [str(each.public_id) for each in consortia.backers(session, bid.id)]

    def change(draft: Draft) -> Draft:
        return draft.with_part(BACKERS, {"ids": ids})

    change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)


def promise(
    session: Session,
    *,
    chance: Opportunity,
    backer: Backer,
    words: str,
    actor: Actor,
    keys: HouseKeys,
    at: datetime,
) -> Backer:
    """Promise one's means (verbintenis) and state for oneself, from one's own profile; once, before the deadline.

    Raises:
        NotForYou: not the board of who was asked; PromisedBefore; DraftClosed: too late.
        WordsTooShort: at the field `words`.
        OwnStatementMissing: its own answers are missing or run out before the closing.
    """
    if not policy.may(actor, policy.PROMISE, backer):
        raise errors.NotForYou
    _check_open(session, chance)
    session.refresh(backer, ["promised_at", "left_at"], with_for_update=True)
    if backer.left_at is not None:
        raise errors.BackingNotFound
    if backer.promised_at is not None:
        raise errors.PromisedBefore
    clean = rules.check_words(words, "words")
    locked = promise_own(
        session, public_id=backer.public_id, organisation_id=backer.organisation_id, demand=chance.demand,
        closes_on=chance.closes_on, keys=keys,
    )  # fmt: skip
    backer.content, backer.content_key, backer.valid_until = locked
    backer.promise, backer.promised_by_id, backer.promised_at = clean, actor.user_id, at
    session.flush()
    own = session.get_one(Organisation, backer.organisation_id)
    _tell(
        session, chance, backer, backer.lead_id, N_("%(name)s zegt middelen toe bij %(number)s"),
        N_("%(name)s staat achter uw inschrijving op %(number)s, %(title)s. U kunt verder."),
        f"/tenders/{chance.tender.number}/lots/{chance.lot.number}/bid/backers", "promised", at, name=own.name,
    )  # fmt: skip
    return backer


def decline(session: Session, *, chance: Opportunity, backer: Backer, actor: Actor, at: datetime) -> Backer:
    """Say no to what is asked, before anything was promised; who asks hears it and looks for another.

    Raises:
        NotForYou; PromisedBefore: a promise stands, only the bidder takes it off; DraftClosed.
    """
    if not policy.may(actor, policy.PROMISE, backer):
        raise errors.NotForYou
    _check_open(session, chance)
    session.refresh(backer, ["promised_at", "left_at"], with_for_update=True)
    if backer.promised_at is not None:
        raise errors.PromisedBefore
    backer.left_at = at
    session.flush()
    own = session.get_one(Organisation, backer.organisation_id)
    _tell(
        session, chance, backer, backer.lead_id, N_("%(name)s doet het niet, bij %(number)s"),
        N_("%(name)s zegt niets toe voor %(number)s, %(title)s. Vraag een ander, of laat het eraf."),
        f"/tenders/{chance.tender.number}/lots/{chance.lot.number}/bid/backers", "declined", at, name=own.name,
    )  # fmt: skip
    return backer


def take_off(
    session: Session,
    *,
    chance: Opportunity,
    bid: Bid,
    public_id: UUID,
    actor: Actor,
    keys: HouseKeys,
    at: datetime,
) -> Backer:
    """Rely no more on somebody; what was handed in before stays in the box until it is handed in anew.

    Raises:
        NotYours, DraftClosed, BidWithdrawn: who or when. BackingNotFound: none.
    """
    if not (policy.ASK.open_to(actor) and actor.organisation_id == bid.organisation_id):
        raise NotYours
    bid = held(session, bid)
    _check_open(session, chance)
    found = next((each for each in consortia.backers(session, bid.id) if each.public_id == public_id), None)
    if found is None:
        raise errors.BackingNotFound
    found.left_at = at
    session.flush()
    _write(session, chance, bid, actor, keys)
    _tell(
        session, chance, found, found.organisation_id, N_("%(number)s: uw middelen zijn niet meer nodig"),
        N_("De inschrijver op %(number)s, %(title)s steunt niet meer op u. U hoeft niets te doen."),
        "/", "off", at,
    )  # fmt: skip
    return found


def _tell(
    session: Session, chance: Opportunity, backer: Backer, organisation_id: int, subject: str, text: str, link: str,
    what: str, at: datetime, **facts: object,
) -> None:  # fmt: skip
    mail_each(
        session, people_with(session, organisation_id, *bid_rules.PREPARERS), subject=subject, text=text,
        facts={"number": chance.tender.number, "title": chance.title, **facts}, link=link, at=at,
        key=f"backer-{backer.id}-{what}",
    )  # fmt: skip
