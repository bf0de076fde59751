"""Preparing a bid: whether one may, a draft, its pages. Handing in is `procurement.submission`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.identity.queries import organisation_by_id, people_with
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import refuse_bsn_within
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.rules import written
from cwb.notifications.services import send_mail
from cwb.people.events import HelpBegan
from procurement.advice.gateway import law
from procurement.bids import queries, rules
from procurement.bids.errors import (
    BidWithdrawn,
    DraftChanged,
    DraftClosed,
    HelpsTwice,
    MayNotBid,
    NotYours,
)
from procurement.bids.models import Bid, BidVersion
from procurement.bids.queries import Opportunity
from procurement.bids.rules import Draft
from procurement.missions import rules as missions
from procurement.missions.queries import standing_of as mission_standing
from procurement.missions.queries import won_before
from procurement.reserved.rules import FITS
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.tenders.models import Tender
from procurement.tenders.services import follow_tender
from procurement.workplaces.queries import standing_of
from procurement.workplaces.rules import RESERVED

PART_TEXTS: Mapping[str, str] = {
    rules.PRICE: N_("de prijs"), rules.DECLARATIONS: N_("de verklaringen"), rules.LABOUR: N_("de uren en lonen"),
    rules.GROUNDS: N_("de eigen verklaring"),
}  # fmt: skip
"""What a part is called in a letter; any other is an answer to a criterion."""


WORDS = ("text", "note", "what", "proof")
"""What a bidder writes in its own words, by its name in a part."""


def bars(session: Session, chance: Opportunity, actor: Actor, moment: datetime) -> list[rules.Bar]:
    """Every reason why this actor's organisation may not bid; none means it may."""
    tender = chance.tender
    bidder = queries.bidder(
        session, organisation_id=actor.organisation_id, has_mandate=actor.has(*rules.FILLERS),
        tender=tender, on=local_date(moment),
    )  # fmt: skip
    found = rules.bars(
        bidder, buyer_id=tender.buyer_id, is_closed=queries.is_closed(tender, moment), access=tender.access,
        is_published=bool(tender.published_at and not (tender.cancelled_at or tender.unsuccessful_at)),
        is_stopped=chance.lot.stop_reason is not None,
    )  # fmt: skip
    return [*found, *reservation_bars(session, tender, actor.organisation_id, moment)]


def member_bars(
    session: Session, chance: Opportunity, organisation_id: int, moment: datetime
) -> list[rules.Bar]:
    """Every reason why an organisation may not take part in another's bid.

    Who was selected is selected as it is, so then each member must be; an invitation to its lead opens the door to all.
    """
    tender = chance.tender
    bidder = queries.bidder(
        session, organisation_id=organisation_id, has_mandate=True, tender=tender, on=local_date(moment)
    )
    found = rules.bars(
        bidder, buyer_id=tender.buyer_id, is_closed=queries.is_closed(tender, moment), access=tender.access,
        is_published=bool(tender.published_at and not (tender.cancelled_at or tender.unsuccessful_at)),
    )  # fmt: skip
    open_to = [each for each in found if each is not rules.Bar.NOT_INVITED]
    return [*open_to, *reservation_bars(session, tender, organisation_id, moment)]


def reservation_bars(
    session: Session, tender: Tender, organisation_id: int | None, moment: datetime
) -> list[rules.Bar]:
    """Why a reserved contract (2.82, 2.82a) is closed to an organisation: what it stated is not enough, or not there.

    In a joint bid each member must meet it (certainty: unverified; the strict reading, so that no award falls on it).
    """
    if organisation_id is None:
        return []
    if tender.reservation == missions.RESERVED:
        return _mission_bars(session, tender, organisation_id, moment)
    if tender.reservation != RESERVED:
        return []
    stands = standing_of(
        session,
        organisation_id,
        moment,
        on=local_date(moment),
        percent=law().reserved_workplaces.share_percent,
    )
    return [] if stands in FITS else [rules.Bar.NOT_RESERVED]


def _mission_bars(
    session: Session, tender: Tender, organisation_id: int, moment: datetime
) -> list[rules.Bar]:
    stands = mission_standing(session, organisation_id, moment, on=local_date(moment))
    found = [] if stands in FITS else [rules.Bar.NO_MISSION]
    again = won_before(session, organisation_id, tender.buyer_id, moment)
    return [*found, *([rules.Bar.WON_BEFORE] if again else [])]


def start_bid(session: Session, *, chance: Opportunity, actor: Actor, at: datetime) -> Bid:
    """An organisation's running bid on a lot: the one there is, or a new one.

    Raises:
        MayNotBid: some reason stands in the way; the page names it.
        HelpsTwice: the actor helps another bidder too.
    """
    if actor.organisation_id is None or bars(session, chance, actor, queries.database_now(session)):
        raise MayNotBid
    session.execute(
        insert(Bid)
        .values(
            public_id=uuid7(), tender_id=chance.tender.id, lot_id=chance.lot.id,
            organisation_id=actor.organisation_id, started_by_id=actor.user_id, started_at=at,
            draft_version=0, version=0, retracted=0,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    follow_tender(session, tender_id=chance.tender.id, organisation_id=actor.organisation_id, at=at)
    found = queries.find_running(session, chance.lot.id, actor.organisation_id)
    if found is None:
        raise BidWithdrawn
    tell_shared(session, actor.organisation_id, at)
    return of_one(session, found, actor)


def of_one(session: Session, bid: Bid, actor: Actor) -> Bid:
    """The bid itself, for who is no helper of two that compete while the tender is open (ADR 0017).

    Raises:
        HelpsTwice: the actor helps, and belongs to another bidder too.
    """
    if actor.helps:
        for tender, helper, _other in queries.shared_helpers(session, bid.organisation_id):
            if (tender.id, helper.id) == (bid.tender_id, actor.user_id):
                raise HelpsTwice(number=tender.number)
    return bid


def hear_help(session: Session, event: HelpBegan) -> None:
    """Somebody began to help who may help another bidder too."""
    tell_shared(session, event.organisation_id, event.at)


def tell_shared(session: Session, organisation_id: int, at: datetime) -> None:
    """Tell who helps two bidders on one tender, once, that it must become one; no board learns of it (ADR 0017)."""
    for tender, helper, other in queries.shared_helpers(session, organisation_id):
        names = [organisation_by_id(session, each).name for each in (organisation_id, other)]
        send_mail(
            session, to=helper.email, locale=helper.locale,
            subject=N_("%(number)s: u hoort bij twee inschrijvers"),
            text=N_(
                "U hoort bij %(names)s. Beide doen mee aan %(number)s. Kies voor wie u doorgaat. Stop de hulp aan de "
                "ander. Tot dan ziet u als helper deze inschrijving niet. Vertel niemand over de ander."
            ),
            facts={"number": tender.number, "names": " + ".join(sorted(names))}, link="/helpers", at=at,
            key=f"shared-helper-{tender.id}-{helper.id}-{min(organisation_id, other)}-{max(organisation_id, other)}",
        )  # fmt: skip


def draft_context(bid: Bid) -> dict[str, object]:
    """What a locked draft is bound to."""
    return {"bid": str(bid.public_id), "purpose": "draft"}


def copy_context(bid: Bid, version: int) -> dict[str, object]:
    """What a bidder's own copy is bound to."""
    return {"bid": str(bid.public_id), "purpose": "copy", "version": version}


def read_draft(bid: Bid, keys: HouseKeys) -> Draft:
    """The draft of a bid, unlocked.

    Raises:
        HouseKeyMissing: the key file is gone.
        SealBroken: the stored draft was changed.
    """
    if bid.draft is None or bid.draft_key is None:
        return Draft()
    return Draft.from_json(sealing.unlock_text(keys.key(bid.draft_key), draft_context(bid), bid.draft))


def read_copy(bid: Bid, version: BidVersion, keys: HouseKeys) -> bytes:
    """The bidder's own copy of what was handed in: the very text that was sealed.

    Raises:
        HouseKeyMissing, SealBroken: as with a draft.
    """
    return sealing.unlock_text(
        keys.key(version.own_key), copy_context(bid, version.version), version.own_copy
    )


def held(session: Session, bid: Bid) -> Bid:
    """The running bid as it is now, held against others. Not FOR UPDATE: an opener must be able to refer to it."""
    statement = select(Bid).where(Bid.id == bid.id).with_for_update(key_share=True)
    found = session.scalars(statement.execution_options(populate_existing=True)).one()
    if found.withdrawn_at is not None:
        raise BidWithdrawn
    return found


def save_part(
    session: Session, *, chance: Opportunity, bid: Bid, name: str, value: Mapping[str, Any], seen: int, actor: Actor,
    keys: HouseKeys,
) -> Draft:  # fmt: skip
    """Save one page of a draft, whole or not. `seen` is the save the page was filled with.

    Raises:
        NotYours, MayNotBid: a bid of another organisation, or on another lot.
        DraftClosed: the deadline has passed.
        DraftChanged: somebody else saved this page since; `saved` among its facts is the new number.
        UnknownPart, AnswerTooLong, BsnFound: what cannot be kept.
    """
    wanted = rules.checked_part(name, value, chance.asked)
    refuse_bsn_within(wanted, WORDS)

    def change(draft: Draft) -> Draft:
        part = draft.part(name)
        if dict(part.value) == wanted:
            return draft
        if part.saved != seen:
            raise DraftChanged(saved=part.saved)
        return draft.with_part(name, wanted)

    before = bid.draft_version
    draft = change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)
    if actor.helps and bid.version and bid.draft_version != before:
        _tell_changed(session, chance.tender, bid, name, actor)
    return draft


def _tell_changed(session: Session, tender: Tender, bid: Bid, name: str, actor: Actor) -> None:
    """Tell the board that a helper changed what was handed in before, once per page and version handed in."""
    part = PART_TEXTS.get(name, N_("een antwoord"))
    for each in people_with(session, bid.organisation_id, Role.BOARD):
        send_mail(
            session, to=each.email, locale=each.locale,
            subject=N_("%(who)s wijzigde uw inschrijving op %(number)s"),
            text=N_(
                "Het gaat om: %(part)s. Wat u eerder indiende, geldt nog. Dit nieuwe geldt pas als het bestuur "
                "opnieuw indient. Lees het eerst goed na."
            ),
            facts={"who": actor.name, "number": tender.number, "part": written(part, {}, each.locale)},
            link=f"/tenders/{tender.number}/bid", at=queries.database_now(session),
            key=f"helper-changed-{bid.id}-{bid.version}-{name}-{each.id}",
        )  # fmt: skip


def change_draft(
    session: Session, *, chance: Opportunity, bid: Bid, change: Callable[[Draft], Draft], actor: Actor, keys: HouseKeys,
) -> Draft:  # fmt: skip
    """Change a draft while nobody else does: `change` makes the new draft of the one that stands now.

    Raises:
        NotYours, MayNotBid: a bid of another organisation, or on another lot.
        DraftClosed: the deadline has passed.
        and what `change` raises.
    """
    if not rules.may_work_on(actor, bid.organisation_id, rules.FILLERS):
        raise NotYours
    of_one(session, bid, actor)
    return rewrite_draft(session, chance=chance, bid=bid, change=change, keys=keys)


def rewrite_draft(
    session: Session, *, chance: Opportunity, bid: Bid, change: Callable[[Draft], Draft], keys: HouseKeys
) -> Draft:
    """`change_draft` for who was let in before: a member that writes its own words into the bid of its lead.

    Raises:
        MayNotBid, DraftClosed: as there.
        and what `change` raises.
    """
    if bid.lot_id != chance.lot.id:
        raise MayNotBid
    bid = held(session, bid)
    if queries.is_closed(chance.tender, queries.database_now(session)):
        raise DraftClosed(closed_at=chance.tender.closes_at)
    before = read_draft(bid, keys)
    draft = change(before)
    if draft is before:
        return draft
    bid.draft_key, master = keys.current()
    bid.draft = sealing.lock_text(master, draft_context(bid), draft.to_json())
    bid.draft_version = draft.saves
    session.flush()
    return draft
