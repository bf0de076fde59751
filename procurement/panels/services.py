"""Composing a panel and declaring that one has no interest; who of it may see the bids."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.arrangements.queries import supporters_of
from coops.initiatives.queries import coaches_of
from cwb.helping.queries import between, helped_since
from cwb.identity.models import Organisation, User
from cwb.identity.queries import involved_in, people_of, people_with, user
from cwb.kernel.policy import Action, Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each, send_mail
from procurement.opening import queries as openings
from procurement.opening.events import BidsOpened
from procurement.panels import errors, policy, queries, rules
from procurement.panels.models import PanelMember, PanelReplacement
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act

LEAST_MEMBERS = 2
"""Panel members without an interest, at least (a rule of the house: two pairs of eyes)."""


def invite_assessor(
    session: Session, *, tender: Tender, user_id: int, is_chair: bool = False, actor: Actor, at: datetime
) -> PanelMember:
    """Ask somebody of the buyer into the panel, or make a member its chair.

    Raises:
        NotYourTender: no purchaser of the buyer.
        MayNotAssess: the person has no fitting role there.
        AlreadyOnPanel: asked before, with nothing to change.
        SawPrices: the person looked at prices.
        ScoresFrozen, TenderStopped: too late.
    """
    permit(actor, policy.COMPOSE, tender)
    tender = running(session, tender, lock=True)
    people = {each.id: each for each in people_with(session, tender.buyer_id, Role.PURCHASER, Role.ASSESSOR)}
    if user_id not in people:
        raise errors.MayNotAssess(field="user")
    found = queries.find_member(session, tender.id, user_id)
    if found is not None and not (is_chair and found.may_become_chair):
        raise errors.AlreadyOnPanel
    if openings.saw_prices(session, tender.id, user_id):
        raise errors.SawPrices(field="user")
    if is_chair:
        for each in queries.panel(session, tender.id):
            each.is_chair = False
        session.flush()
    if found is None:
        found = PanelMember(
            tender_id=tender.id,
            user_id=user_id,
            is_chair=is_chair,
            invited_by_id=actor.user_id,
            invited_at=at,
        )
        session.add(found)
    found.is_chair = is_chair
    session.flush()
    mail(
        session, people[user_id], tender, N_("Wilt u %(number)s beoordelen?"),
        N_("U zit in het team dat “%(title)s” beoordeelt. Verklaar eerst of u een belang hebt."),
        key=f"panel-{found.id}-{is_chair}", at=at,
    )  # fmt: skip
    note_act(session, "evaluation.invited", tender, actor, at, user=user_id, chair=is_chair)
    return found


def release_assessor(
    session: Session, *, tender: Tender, member: PanelMember, reason: str, actor: Actor, at: datetime
) -> PanelMember:
    """Let a member go, with a reason; what was scored stays in the file and no longer counts as missing.

    Raises:
        NotYourTender, ReasonMissing, ScoresFrozen, TenderStopped.
    """
    permit(actor, policy.COMPOSE, tender)
    tender = running(session, tender)
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    if member.released_at is None:
        member.released_at, member.release_reason, member.is_chair = at, reason.strip(), False
        session.flush()
        note_act(session, "evaluation.released", tender, actor, at, user=member.user_id)
    return member


def replace_assessor(
    session: Session, *, tender: Tender, member_id: int, user_id: int, reason: str, actor: Actor, at: datetime
) -> PanelReplacement:
    """Put somebody in the place of a member who cannot assess any more since the freeze, so that the award goes on.

    Where no chair is left the newcomer is chair; a member may take that place too. Who has no seat yet declares first.

    Raises:
        NotYourTender, ScoresOpen, TenderStopped, PanelMemberNotFound, ReplacedBefore.
        SeatStands, ReplacedByOneself, MayNotAssess, SawPrices, TextTooShort.
    """
    permit(actor, policy.COMPOSE, tender)
    tender = frozen(session, tender)
    member, found = (
        queries.member(session, tender.id, member_id),
        queries.find_member(session, tender.id, user_id),
    )
    if member.released_at is not None:
        raise errors.ReplacedBefore
    people = {each.id: each for each in successors(session, tender, member_id)}
    said = rules.check_replacement(
        is_gone=member in queries.gone(session, tender), decides=actor.user_id, left=member.user_id, came=user_id,
        may_come=user_id in people, reason=reason,
    )  # fmt: skip
    if found is None and openings.saw_prices(session, tender.id, user_id):
        raise errors.SawPrices(field="user")
    made = PanelReplacement(
        tender_id=tender.id, left_id=member.id, came_user_id=user_id, is_chair=needs_chair(session, tender, member_id),
        reason=said, decided_by_id=actor.user_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()  # the fence of the seats asks for it
    member.released_at, member.release_reason, member.is_chair = at, said, False
    session.flush()
    if found is None:
        found = PanelMember(
            tender_id=tender.id,
            user_id=user_id,
            is_chair=made.is_chair,
            invited_by_id=actor.user_id,
            invited_at=at,
        )
        session.add(found)
    found.is_chair = found.is_chair or made.is_chair
    session.flush()
    mail(
        session, people[user_id], tender, N_("%(number)s: u neemt een plaats in het team over"),
        N_("U komt in het team van “%(title)s”, voor iemand die wegging. Verklaar eerst of u een belang hebt."),
        key=f"replaced-{made.id}", at=at,
    )  # fmt: skip
    note_act(
        session, "evaluation.replaced", tender, actor, at, left=member.user_id, came=user_id, chair=made.is_chair,
        reason=said,
    )  # fmt: skip
    return made


def needs_chair(session: Session, tender: Tender, without: int) -> bool:
    """Whether a panel has no chair besides this member."""
    return not any(each.is_chair and each.id != without for each in queries.panel(session, tender.id))


def successors(session: Session, tender: Tender, member_id: int) -> Sequence[User]:
    """Who may take a member's place: people of the buyer without a seat.

    For the chair's place able members too, as long as the panel stays large enough without the one who left.
    """
    seats = {each.user_id: each for each in queries.panel(session, tender.id)}
    away = queries.gone(session, tender)
    left = sum(each.is_able and each not in away and each.id != member_id for each in seats.values())
    also_members = left >= LEAST_MEMBERS and needs_chair(session, tender, member_id)
    return [
        each
        for each in people_with(session, tender.buyer_id, Role.PURCHASER, Role.ASSESSOR)
        if (seat := seats.get(each.id)) is None or (also_members and seat.is_able and seat.id != member_id)
    ]


def declare(
    session: Session, *, tender: Tender, conflict: bool, reason: str = "", actor: Actor, at: datetime
) -> PanelMember:
    """Say whether one has an interest in a bidder. An interest may be reported later too, and then stands.

    Raises:
        NotOnPanel, HasConflict: no seat, or reported an interest before.
        ReasonMissing: an interest without saying which.
        TenderStopped. After the freeze too: whoever took a place then declares, and an interest may turn up late.
    """
    tender = going_on(session, tender)
    member = _seat(session, tender, actor)
    if member.conflict:
        raise errors.HasConflict
    if conflict and not reason.strip():
        raise errors.ReasonMissing(field="reason")
    member.declared_at, member.conflict = at, conflict
    member.conflict_reason = reason.strip() if conflict else ""
    if conflict:
        member.is_chair = False
    session.flush()
    note_act(session, "evaluation.declared", tender, actor, at, conflict=conflict)
    if conflict:
        for person in people_with(session, tender.buyer_id, Role.PURCHASER):
            mail(
                session, person, tender, N_("Een beoordelaar van %(number)s meldt een belang"),
                N_("Iemand uit het team van “%(title)s” beoordeelt niet mee. Kijk of het team groot genoeg is."),
                key=f"conflict-{member.id}-{person.id}", at=at,
            )  # fmt: skip
    return member


def tell_panel(session: Session, event: BidsOpened) -> None:
    """Bids were opened: the panel hears that it can begin."""
    tender = tenders.tender_by_id(session, event.tender_id)
    for each in queries.panel(session, tender.id):
        if each.released_at is None and not each.conflict:
            mail(
                session, each.user, tender, N_("%(number)s: u kunt beoordelen"),
                N_("De inschrijvingen op “%(title)s” zijn geopend. U ziet geen namen en geen prijzen."),
                key=f"assess-{each.id}", at=tender.opened_at or each.invited_at,
            )  # fmt: skip


def tell_shared_help(session: Session, event: BidsOpened) -> None:
    """Tell, once bids are open, who was with two bidders: their boards, and the buyer without names (ADR 0017)."""
    tender = tenders.tender_by_id(session, event.tender_id)
    opened_at, closes_at = tender.opened_at, tender.closes_at
    if opened_at is None or closes_at is None:
        return
    shared = between(
        session, openings.bidders(session, tender.id), tender.published_at or closes_at, closes_at
    )
    for user_id, organisations in shared.items():
        helper = user(session, user_id)
        mail_each(
            session, people_of(session, sorted(organisations), Role.BOARD),
            subject=N_("%(number)s: uw helper was ook bij een ander"),
            text=N_(
                "%(who)s hielp bij “%(title)s” en hoorde bij twee inschrijvers. Beide besturen en de inkoper "
                "horen dit nu. Bewaar wat u samen afsprak. De inkoper kan u om uitleg vragen."
            ),
            facts={"number": tender.number, "title": tender.title, "who": helper.name}, link="/helpers", at=opened_at,
            key=f"helped-{tender.id}-{user_id}",
        )  # fmt: skip
    mail_each(
        session, people_with(session, tender.buyer_id, Role.PURCHASER) if shared else (),
        subject=N_("%(number)s: een helper van twee inschrijvers"),
        text=N_(
            "Bij “%(title)s” hielp iemand een inschrijver en hoorde ook bij een andere. Dat hoeft niet fout te "
            "zijn. Kijk naar de signalen. Vraag bij twijfel eerst uitleg. Niemand valt vanzelf af."
        ),
        facts={"number": tender.number, "title": tender.title}, link=f"/tenders/{tender.number}/flags", at=opened_at,
        key=f"helped-{tender.id}",
    )  # fmt: skip


def permit(actor: Actor, action: Action, tender: Tender) -> None:
    """Go on only when the policy says yes.

    Raises:
        NotYourTender: it says no.
    """
    if not policy.may(actor, action, tender):
        raise errors.NotYourTender


def running(session: Session, tender: Tender, *, lock: bool = False) -> Tender:
    """The tender as it is now, if its scores may still change.

    Raises:
        ScoresFrozen, TenderStopped: they may not.
    """
    found = tenders.locked_tender(session, tender.id) if lock else tender
    if not lock:
        session.refresh(found, ["opened_at", "scores_frozen_at", "cancelled_at", "unsuccessful_at"])
    if found.scores_frozen_at is not None:
        raise errors.ScoresFrozen(frozen_at=found.scores_frozen_at)
    if found.cancelled_at is not None or found.unsuccessful_at is not None:
        raise errors.TenderStopped
    return found


def going_on(session: Session, tender: Tender) -> Tender:
    """The locked tender, whole, while it has not ended.

    Raises:
        TenderStopped: it has.
    """
    found = tenders.locked_tender(session, tender.id)
    if found.cancelled_at or found.unsuccessful_at or found.completed_at:
        raise errors.TenderStopped
    return found


def frozen(session: Session, tender: Tender) -> Tender:
    """The same, once its scores stand.

    Raises:
        ScoresOpen, TenderStopped.
    """
    found = tenders.locked_tender(session, tender.id)
    if found.scores_frozen_at is None:
        raise errors.ScoresOpen
    return going_on(session, found)


def _seat(session: Session, tender: Tender, actor: Actor) -> PanelMember:
    member = queries.find_member(session, tender.id, actor.user_id)
    if member is None or member.released_at is not None or not policy.may(actor, policy.ASSESS, tender):
        raise errors.NotOnPanel
    return member


def assessor(session: Session, tender: Tender, actor: Actor) -> PanelMember:
    """The actor's seat, if it gives sight of the bids.

    Raises:
        NotOnPanel, NotDeclared, HasConflict, NotOpened, MemberOfBidder, CoachOfBidder,
            SupporterOfBidder: it does not.
    """
    member = _seat(session, tender, actor)
    if member.conflict is None:
        raise errors.NotDeclared
    if member.conflict:
        raise errors.HasConflict
    if tender.opened_at is None:
        raise errors.NotOpened
    bidders = list(openings.bidders(session, tender.id))
    if involved_in(session, actor.user_id, bidders):
        raise errors.MemberOfBidder
    since = tender.published_at or tender.opened_at
    coaches = coaches_of(session, select(Organisation.kvk_number).where(Organisation.id.in_(bidders)))
    if actor.user_id in coaches | helped_since(session, bidders, since):
        raise errors.CoachOfBidder
    if actor.user_id in supporters_of(session, bidders, since):
        raise errors.SupporterOfBidder
    return member


def check_panel(panel: Sequence[PanelMember]) -> None:
    """Enough people without an interest.

    Raises:
        PanelTooSmall: there are not.
    """
    if sum(each.is_able for each in panel) < LEAST_MEMBERS:
        raise errors.PanelTooSmall(least=LEAST_MEMBERS)


def check_present(session: Session, tender: Tender) -> None:
    """Enough people who can still assess: what a panel agrees after the freeze is agreed by those.

    Raises:
        PanelTooSmall: there are not.
    """
    away = queries.gone(session, tender)
    check_panel([each for each in queries.panel(session, tender.id) if each not in away])


def mail(
    session: Session, person: User, tender: Tender, subject: str, text: str, *, key: str, at: datetime
) -> None:
    """Write a letter about an evaluation."""
    send_mail(
        session, to=person.email, locale=person.locale, subject=subject, text=text,
        facts={"number": tender.number, "title": tender.title},
        link=f"/tenders/{tender.number}/evaluation", at=at, key=key,
    )  # fmt: skip
