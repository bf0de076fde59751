"""Use cases of a joint bid: invite, say one's part, ask for signatures, sign, take back, leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import find_organisation_by_kvk, organisation, people_with
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.bids import queries as bids
from procurement.bids import rules as bid_rules
from procurement.bids.errors import DraftClosed, NotYours
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.bids.rules import Draft
from procurement.bids.services import change_draft, held, member_bars, read_draft, rewrite_draft, start_bid
from procurement.consortia import queries as consortia
from procurement.consortia import rules
from procurement.consortia.models import BidMember
from procurement.consortia.rules import JOINT, SUBCONTRACTORS, Ending, Member
from procurement.consortia.services import state_own
from procurement.joining import errors, policy
from procurement.sealing.gateway import HouseKeys
from procurement.submission.services import PART_NAMES, signature, take_out


def _with(draft: Draft, members: Sequence[Member]) -> Draft:
    return draft.with_part(JOINT, rules.stored(members))


def _said(draft: Draft, which: str, change: Callable[[Member], Member]) -> Draft:
    return _with(draft, [change(each) if each.id == which else each for each in draft.members])


def invite(
    session: Session, *, chance: Opportunity, bid: Bid, kvk: str, actor: Actor, keys: HouseKeys, at: datetime
) -> BidMember:
    """Invite an organisation to bid together; it hears so by mail and on its dashboard.

    Raises:
        NotYours, MayNotBid, DraftClosed, BidWithdrawn: as with any part of a draft.
        OrganisationUnknown, CannotInvite, TooManyMembers: whom.
    """
    if not policy.leads(actor, bid):
        raise NotYours
    bid = held(session, bid)
    if bids.is_closed(chance.tender, bids.database_now(session)):
        raise DraftClosed(closed_at=chance.tender.closes_at)
    found = find_organisation_by_kvk(session, kvk.strip())
    if found is None:
        raise errors.OrganisationUnknown(field="kvk")
    return _invite(session, chance, bid, found, actor, keys, at)


def begin_together(
    session: Session,
    *,
    chance: Opportunity,
    partners: Sequence[str],
    actor: Actor,
    keys: HouseKeys,
    at: datetime,
) -> Bid:
    """Begin a bid, or go on with it, and invite whom `procurement.matching` proposed (public ids); all or nobody.

    Raises:
        MayNotBid, HelpsTwice: as when beginning any bid.
        OrganisationNotFound: no such partner.
        NotYours, DraftClosed, CannotInvite, TooManyMembers: as in `invite`.
    """
    bid = held(session, start_bid(session, chance=chance, actor=actor, at=at))
    if not policy.leads(actor, bid):
        raise NotYours
    if bids.is_closed(chance.tender, bids.database_now(session)):
        raise DraftClosed(closed_at=chance.tender.closes_at)
    there = {each.organisation_id for each in consortia.running(session, bid.id)}
    for each in (organisation(session, public_id) for public_id in partners):
        if each.id not in there:
            _invite(session, chance, bid, each, actor, keys, at)
    return bid


def _invite(
    session: Session, chance: Opportunity, bid: Bid, found: Organisation, actor: Actor, keys: HouseKeys, at: datetime
) -> BidMember:  # fmt: skip
    """Invite an organisation to a bid that is held and open."""
    there = consortia.running(session, bid.id)
    taken = {bid.organisation_id, chance.tender.buyer_id, *(each.organisation_id for each in there)}
    if found.id in taken:
        raise errors.CannotInvite(field="kvk")
    if len(there) + 1 >= rules.MOST_MEMBERS:
        raise errors.TooManyMembers(field="kvk", most=rules.MOST_MEMBERS)
    made = BidMember(
        bid_id=bid.id, lead_id=bid.organisation_id, organisation_id=found.id, invited_by_id=actor.user_id,
        invited_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    lead = session.get_one(Organisation, bid.organisation_id)

    def change(draft: Draft) -> Draft:
        first = draft.members or [Member(str(lead.public_id))]
        return _with(draft, [*first, Member(str(found.public_id))])

    change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)
    _tell(
        session, chance, bid, found.id, N_("%(lead)s vraagt u om samen in te schrijven"),
        N_("%(lead)s wil samen met u inschrijven op %(number)s, %(title)s. Lees de uitnodiging en kies."),
        f"invited-{made.id}", at, lead=lead.name,
    )  # fmt: skip
    return made


def share_out(
    session: Session, *, chance: Opportunity, bid: Bid, said: Mapping[str, tuple[str, int]], actor: Actor,
    keys: HouseKeys,
) -> Draft:  # fmt: skip
    """Write what each member does and its share (basis points), by public id of the organisation.

    Signatures given before no longer fit.

    Raises:
        NotYours, MayNotBid, DraftClosed, BidWithdrawn: as with any part of a draft.
        RoleMissing, ShareWrong, SharesNotWhole: what.
        MembersChanged: not about exactly the members there are.
    """
    rules.check_shares([share for _, share in said.values()])
    clean = {which: (rules.check_role(role), share) for which, (role, share) in said.items()}

    def change(draft: Draft) -> Draft:
        if {each.id for each in draft.members} != set(clean):
            raise errors.MembersChanged
        members = [
            Member(each.id, *clean[each.id], reason=each.reason, liable=each.liable) for each in draft.members
        ]
        return draft if members == draft.members else _with(draft, members)

    return change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)


def explain(
    session: Session, *, chance: Opportunity, bid: Bid, member: BidMember | None, reason: str, liable: bool,
    actor: Actor, keys: HouseKeys, at: datetime,
) -> Draft:  # fmt: skip
    """Say why one's own organisation does not bid alone, and that it answers for the whole; a member joins by it.

    `member`: the row of a member; None for the lead.

    Raises:
        NotYours, NotForYou: who.
        ReasonTooShort, LiabilityOpen: what.
        MayNotSign: a bar stands in the member's way.
        MayNotBid, DraftClosed, BidWithdrawn: as with any part of a draft.
    """
    words = rules.check_reason(reason)
    rules.check_liable(liable=liable)
    if member is None:
        if not policy.leads(actor, bid):
            raise NotYours
    else:
        _check_member(session, chance, member, actor)
    own = session.get_one(Organisation, actor.organisation_id)
    which = str(own.public_id)

    def change(draft: Draft) -> Draft:
        return _said(draft, which, lambda each: Member(each.id, each.role, each.share, words, liable=True))

    draft = rewrite_draft(session, chance=chance, bid=bid, change=change, keys=keys)
    if member is not None and member.joined_at is None:
        member.joined_at = at
        session.flush()
        _tell(
            session, chance, bid, bid.organisation_id, N_("%(name)s doet mee met uw inschrijving"),
            N_("%(name)s schrijft samen met u in op %(number)s, %(title)s. Spreek nu rollen en aandelen af."),
            f"joined-{member.id}", at, name=own.name,
        )  # fmt: skip
    return draft


def _check_member(session: Session, chance: Opportunity, member: BidMember, actor: Actor) -> None:
    if not policy.may(actor, policy.SIGN, member):
        raise errors.NotForYou
    moment = bids.database_now(session)
    if bids.is_closed(chance.tender, moment):
        raise DraftClosed(closed_at=chance.tender.closes_at)
    if member_bars(session, chance, member.organisation_id, moment):
        raise errors.MayNotSign


def ask(
    session: Session, *, chance: Opportunity, bid: Bid, actor: Actor, keys: HouseKeys, at: datetime
) -> Draft:
    """Ask every member to sign for the draft as it stands now.

    Raises:
        NotYours, DraftClosed, BidWithdrawn: who or when.
        NotReady: names what is not whole, or who has not joined.
    """
    if not policy.leads(actor, bid):
        raise NotYours
    bid = held(session, bid)
    if bids.is_closed(chance.tender, bids.database_now(session)):
        raise DraftClosed(closed_at=chance.tender.closes_at)
    draft, there = read_draft(bid, keys), consortia.running(session, bid.id)
    names = PART_NAMES | {bid_rules.part_of(each.code): each.name for each in chance.criteria}
    left = [names[each] for each in bid_rules.open_parts(draft, chance.asked)]
    left += [each.organisation.name for each in there if each.joined_at is None]
    if left or not there:
        raise errors.NotReady(tasks=", ".join(left) or names[JOINT])
    lead = session.get_one(Organisation, bid.organisation_id)
    for each in there:
        if each.signed_draft == draft.saves:
            continue
        each.asked_draft = draft.saves
        _tell(
            session, chance, bid, each.organisation_id, N_("Teken de gezamenlijke inschrijving op %(number)s"),
            N_("%(lead)s vraagt uw handtekening voor %(number)s, %(title)s. Lees alles na en teken als het klopt."),
            f"asked-{each.id}-{draft.saves}", at, lead=lead.name,
        )  # fmt: skip
    session.flush()
    return draft


def sign(
    session: Session, *, chance: Opportunity, bid: Bid, member: BidMember, seen: int, actor: Actor, keys: HouseKeys,
    at: datetime,
) -> BidMember:  # fmt: skip
    """Sign for the draft exactly as it was read (`seen`: its number of saves); the same twice is once.

    Raises:
        NotForYou: not the board of this member.
        DraftClosed, BidWithdrawn: too late.
        NotAsked: the draft changed since, or no signature was asked for it.
        MayNotSign: a bar stands in the way.
        TakesPartTwice: it stands in another bid on this lot.
        OwnStatementMissing: its own answers on the grounds are missing or run out before the closing.
    """
    bid = held(session, bid)
    _check_member(session, chance, member, actor)
    consortia.refresh(session, member)
    draft = read_draft(bid, keys)
    if member.signed_draft == draft.saves:
        return member
    if seen != draft.saves or member.asked_draft != draft.saves:
        raise errors.NotAsked
    rules.check_once(
        takes_part=consortia.takes_part_elsewhere(
            session, lot_id=bid.lot_id, bid_id=bid.id, organisation_ids=[member.organisation_id]
        )
    )
    state_own(session, member=member, demand=chance.demand, closes_on=chance.closes_on, keys=keys, at=at)
    member.signed_draft, member.signed_digest = draft.saves, signature(bid, draft, keys)
    member.signed_by_id, member.signed_at = actor.user_id, at
    session.flush()
    if all(each.signed_draft == draft.saves for each in consortia.running(session, bid.id)):
        _tell(
            session, chance, bid, bid.organisation_id, N_("Iedereen tekende: dien in op %(number)s"),
            N_("Alle leden tekenden voor %(number)s, %(title)s. Uw bestuur kan nu indienen."),
            f"signed-{draft.saves}", at,
        )  # fmt: skip
    return member


def take_back(
    session: Session, *, chance: Opportunity, bid: Bid, member: BidMember, actor: Actor, at: datetime
) -> bool:
    """Take back one's signature until the deadline. What was handed in with it leaves the box; True if so.

    Raises:
        NotForYou: not the board of this member.
        NothingSigned: there is no signature.
        WithdrawalAfterDeadline, TenderNotOpen, BidWithdrawn: too late.
    """
    if not policy.may(actor, policy.SIGN, member):
        raise errors.NotForYou
    if member.signed_at is None:
        raise errors.NothingSigned
    was_in = take_out(session, bid=bid, member=member, actor=actor)
    _tell_all(
        session, chance, bid, member, ending=Ending.OUT if was_in else Ending.BACK, at=at,
        key=f"back-{member.id}-{at.isoformat()}", readers=_all_of(bid, consortia.running(session, bid.id)),
    )  # fmt: skip
    return was_in


def leave(
    session: Session,
    *,
    chance: Opportunity,
    bid: Bid,
    member: BidMember,
    actor: Actor,
    keys: HouseKeys,
    at: datetime,
) -> bool:
    """Decline an invitation or leave; the lead may also take a member off. True if what was handed in left the box.

    The others keep the draft without this member; shares have to be agreed again.

    Raises:
        NotForYou: neither the board of this member nor the lead.
        WithdrawalAfterDeadline, TenderNotOpen, BidWithdrawn: too late.
    """
    is_lead = policy.leads(actor, bid)
    if not (policy.may(actor, policy.SIGN, member) or is_lead):
        raise errors.NotForYou
    joined = [each for each in consortia.running(session, bid.id) if each.joined_at is not None]
    was_in = take_out(session, bid=bid, member=member, actor=actor)
    which = str(member.organisation.public_id)

    def change(draft: Draft) -> Draft:
        return _with(draft, [each for each in draft.members if each.id != which])

    rewrite_draft(session, chance=chance, bid=bid, change=change, keys=keys)
    member.left_at = at  # last: from here on the database shows this bid to that member no more
    session.flush()
    ending = rules.ending(was_in=was_in, had_joined=member.joined_at is not None, by_lead=is_lead)
    readers = {member.organisation_id} if ending is Ending.UNINVITED else _all_of(bid, joined)
    _tell_all(session, chance, bid, member, ending=ending, key=f"left-{member.id}", at=at, readers=readers)
    return was_in


def _all_of(bid: Bid, members: Iterable[BidMember]) -> set[int]:
    return {bid.organisation_id, *(each.organisation_id for each in members)}


def name_subcontractors(
    session: Session,
    *,
    chance: Opportunity,
    bid: Bid,
    rows: Sequence[Mapping[str, Any]],
    actor: Actor,
    keys: HouseKeys,
) -> Draft:
    """Write who works for the bidder without being a party.

    Raises:
        NotYours, MayNotBid, DraftClosed, BidWithdrawn: as with any part of a draft.
        SubcontractorUnfinished, SubcontractedTooMuch: what.
    """
    wanted = rules.check_subcontractors(rows)

    def change(draft: Draft) -> Draft:
        return draft if draft.subcontractors == wanted["rows"] else draft.with_part(SUBCONTRACTORS, wanted)

    return change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)


def member_of(session: Session, bid: Bid, organisation: UUID) -> BidMember:
    """A member by the public id of its organisation.

    Raises:
        JointBidNotFound: none.
    """
    for each in consortia.running(session, bid.id):
        if each.organisation.public_id == organisation:
            return each
    raise errors.JointBidNotFound


def _tell_all(
    session: Session, chance: Opportunity, bid: Bid, member: BidMember, *, ending: Ending, key: str, at: datetime,
    readers: AbstractSet[int],
) -> None:  # fmt: skip
    subject, text = rules.ENDINGS[ending]
    for organisation_id in sorted(readers):
        _tell(
            session, chance, bid, organisation_id, subject, text, f"{key}-{organisation_id}", at,
            name=member.organisation.name, closes_at=chance.tender.closes_at,
            gone=member.organisation_id if member.left_at else None,
        )  # fmt: skip


def _tell(
    session: Session, chance: Opportunity, bid: Bid, organisation_id: int, subject: str, text: str, key: str,
    at: datetime, *, gone: int | None = None, **facts: object,
) -> None:  # fmt: skip
    leads = organisation_id == bid.organisation_id
    number, lot = chance.tender.number, chance.lot.number
    link = f"/tenders/{number}/lots/{lot}/bid/joint" if leads else f"/joint-bids/{bid.public_id}"
    link = f"/tenders/{number}" if organisation_id == gone else link
    mail_each(
        session, people_with(session, organisation_id, *bid_rules.PREPARERS), subject=subject, text=text,
        facts={"number": number, "title": chance.title, **facts}, link=link, at=at, key=f"joint-{bid.id}-{key}",
    )  # fmt: skip
