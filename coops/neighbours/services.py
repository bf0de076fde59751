"""Being seen, offering, seeking, writing, reporting and leaving."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from coops.exchange.queries import wallets_of
from coops.exchange.rules import AdvertFacts, check_money
from coops.neighbours import errors, policy, queries, rules
from coops.neighbours.models import (
    Neighbour,
    NeighbourAdvert,
    NeighbourMessage,
    NeighbourReport,
    NeighbourTalk,
)
from coops.neighbours.queries import Reader
from cwb.audit.services import record
from cwb.identity.events import UserErased
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import words
from cwb.notifications.services import mail_each


def join(
    session: Session, *, called: str, place_code: str | None, of_age: bool, actor: Actor, at: datetime
) -> Neighbour:  # fmt: skip
    """Choose how neighbours see one, or change it.

    Raises:
        NoWallet: holds none. Forbidden: acts for an organisation.
        CalledInvalid, TooYoung: at the field.
    """
    who = _resident(session, actor)
    called_ = rules.check_called(called, actor.name)
    rules.check_age(of_age=of_age)
    queries.hold(session, actor.user_id)
    found = queries.locked_neighbour(session, who.party_id)
    if found is None:
        found = Neighbour(person_id=who.party_id, of_age=True, joined_at=at)
        session.add(found)
    found.called, found.place_code = called_, place_code
    session.flush()
    return found


def leave(session: Session, *, actor: Actor) -> None:
    """Stop: what one placed and wrote goes away, at once and for all."""
    who = queries.find_reader(session, actor)
    if who is not None and not who.firm:
        _forget(session, who.party_id)


def forget_user(session: Session, event: UserErased) -> None:
    """An account was erased: what it offered, sought and wrote goes with it."""
    if event.person_id is not None:
        _forget(session, event.person_id)


def _forget(session: Session, person_id: int) -> None:
    session.execute(delete(NeighbourTalk).where(NeighbourTalk.party_id == person_id))
    session.execute(delete(Neighbour).where(Neighbour.person_id == person_id))


def place_advert(session: Session, *, facts: AdvertFacts, actor: Actor, at: datetime) -> NeighbourAdvert:
    """Offer or seek something as a resident.

    Raises:
        NoWallet, NotJoined, TooMany: refused. Forbidden: acts for an organisation, which has a page of its own.
        One of `rules.check_advert`, `coops.exchange.rules.check_money`: input.
    """
    who = _resident(session, actor)
    neighbour = queries.locked_neighbour(session, who.party_id)
    if neighbour is None:
        raise errors.NotJoined
    today = local_date(at)
    rules.check_advert(facts, today)
    check_money(facts, frozenset(wallets_of(session, who.party_id) if facts.money else {}))
    rules.check_room(queries.count_running(session, neighbour.id, today))
    made = NeighbourAdvert(
        neighbour_id=neighbour.id, exchange=facts.exchange.value, item=facts.item.value, deal=facts.deal.value,
        title=facts.title.strip(), text=facts.text.strip(), place_code=facts.place_code, expires_on=facts.expires_on,
        instrument_code=facts.money, price=None if facts.price is None else facts.price.minor, made_at=at,
        taken_away=False,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def end_advert(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Take one's own away: it was found, or is no longer so.

    Raises:
        AdvertGone: not one's own, or it ended already.
    """
    who = _resident(session, actor)
    found = queries.advert(session, public_id, local_date(at), mine=who.party_id, locked=True)
    if found.neighbour.person_id != who.party_id or found.ended_at is not None:
        raise errors.AdvertGone
    found.ended_at = at
    session.flush()


def answer(session: Session, *, public_id: UUID, text: str, actor: Actor, at: datetime) -> NeighbourTalk:
    """Write to the maker of an advert, the first time or again; the maker gets a mail without what was written.

    Raises:
        NoWallet, AdvertGone, TalkClosed, OwnAdvert: nothing was sent.
        NotJoined: a resident chose no name yet. TextTooShort, TooManyMessages: at the field.
    """
    who = queries.reader(session, actor)
    found = queries.advert(session, public_id, local_date(at), locked=True)
    if found.neighbour.person_id == who.party_id:
        raise errors.OwnAdvert
    if not who.firm and who.neighbour is None:
        raise errors.NotJoined
    talk = queries.find_talk(session, found.id, who.party_id)
    if talk is None:
        talk = NeighbourTalk(advert_id=found.id, party_id=who.party_id, begun_at=at)
        session.add(talk)
        session.flush()
    _write(session, talk, found, by_maker=False, text=text, actor=actor, at=at)
    return talk


def write(session: Session, *, talk_id: UUID, text: str, actor: Actor, at: datetime) -> NeighbourTalk:
    """Write on in a talk.

    Raises:
        NoWallet, TalkUnknown, TalkClosed: nothing was sent. TextTooShort, TooManyMessages: at the field.
    """
    who = queries.reader(session, actor)
    talk = queries.talk(session, talk_id, who.party_id, locked=True)
    by_maker = talk.advert.neighbour.person_id == who.party_id
    _write(session, talk, talk.advert, by_maker=by_maker, text=text, actor=actor, at=at)
    return talk


def _write(
    session: Session, talk: NeighbourTalk, advert: NeighbourAdvert, *, by_maker: bool, text: str, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    rules.check_talk(closed_at=talk.closed_at, taken_away=advert.taken_away)
    queries.hold(session, actor.user_id)
    rules.check_pace(queries.sent_since(session, actor.user_id, at - rules.DAY))
    made = NeighbourMessage(
        talk_id=talk.id, by_maker=by_maker, text=words(text, "text", least=2)[: rules.MOST_MESSAGE],
        written_by_id=actor.user_id, written_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    mail_each(
        session, queries.people_of(session, talk.party_id if by_maker else advert.neighbour.person_id),
        subject=N_("Een bericht over “%(title)s”"),
        text=N_("Iemand schreef u over “%(title)s”. Open de pagina om te lezen en terug te schrijven."),
        facts={"title": advert.title}, link=f"/neighbours/talks/{talk.public_id}", at=at,
        key=f"neighbour-message-{made.id}",
    )  # fmt: skip


def close_talk(session: Session, *, talk_id: UUID, actor: Actor, at: datetime) -> None:
    """Either of the two stops: nobody writes in it any more, and no reason is asked.

    Raises:
        NoWallet, TalkUnknown, TalkClosed.
    """
    who = queries.reader(session, actor)
    talk = queries.talk(session, talk_id, who.party_id, locked=True)
    rules.check_talk(closed_at=talk.closed_at, taken_away=False)
    talk.closed_at = at
    session.flush()


def report_advert(
    session: Session, *, public_id: UUID, reason: str, actor: Actor, at: datetime
) -> NeighbourReport:
    """Tell the programme that an advert is hostile or false, as it reads now.

    Raises:
        NoWallet, AdvertGone, OwnAdvert, AlreadyReported, TextTooShort: nothing was sent.
    """
    who = queries.reader(session, actor)
    found = queries.advert(session, public_id, local_date(at), locked=True)
    if found.neighbour.person_id == who.party_id:
        raise errors.OwnAdvert
    return _report(session, found, None, found.text, reason, actor, at)


def report_message(
    session: Session, *, talk_id: UUID, message_id: int, reason: str, actor: Actor, at: datetime
) -> NeighbourReport:  # fmt: skip
    """Hand a message to the programme that somebody wrote to the actor; only then the programme reads it.

    Raises:
        NoWallet, TalkUnknown, OwnAdvert, AlreadyReported, TextTooShort: nothing was sent.
    """
    who = queries.reader(session, actor)
    talk = queries.talk(session, talk_id, who.party_id, locked=True)
    found = queries.message(session, talk, message_id)
    if found.by_maker == (talk.advert.neighbour.person_id == who.party_id):
        raise errors.OwnAdvert
    return _report(session, talk.advert, found, found.text, reason, actor, at)


def _report(
    session: Session, advert: NeighbourAdvert, message: NeighbourMessage | None, text: str, reason: str, actor: Actor,
    at: datetime,
) -> NeighbourReport:  # fmt: skip
    message_id = None if message is None else message.id
    if queries.reported(session, advert.id, message_id, actor.user_id):
        raise errors.AlreadyReported
    made = NeighbourReport(
        advert_id=advert.id, message_id=message_id, reported_by_id=actor.user_id,
        reason=words(reason, "reason", least=3)[: rules.MOST_REASON], title=advert.title, text=text, reported_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def decide_report(session: Session, *, report_id: int, take_away: bool, actor: Actor, at: datetime) -> None:
    """Let what was reported stand, or take it away; a talk with a message taken away stops. Who reported stays unknown.

    Raises:
        Forbidden: not the programme. ReportDecided, AdvertGone: nothing changed.
    """
    if not policy.DECIDE.open_to(actor):
        raise Forbidden
    found = queries.report(session, report_id)
    rules.check_decision(
        decided=found.decided_at is not None, reported_by_id=found.reported_by_id, user_id=actor.user_id
    )
    found.decided_at, found.decided_by_id, found.taken_away = at, actor.user_id, take_away
    if take_away:
        _take_away(session, found, at)
    session.flush()
    record(
        session, action="neighbours.report_decided", subject=f"neighbour_report:{found.id}", actor_id=actor.user_id,
        facts={"taken_away": take_away}, at=at,
    )  # fmt: skip


def _take_away(session: Session, found: NeighbourReport, at: datetime) -> None:
    advert, message = found.advert, found.message
    writer = advert.neighbour.person_id
    if message is None:
        advert.ended_at, advert.taken_away = advert.ended_at or at, True
    else:
        message.removed_at = message.removed_at or at
        message.talk.closed_at = message.talk.closed_at or at
        writer = writer if message.by_maker else message.talk.party_id
    mail_each(
        session, queries.people_of(session, writer), subject=N_("Weggehaald bij “%(title)s”"),
        text=N_("Iemand meldde wat u schreef bij “%(title)s”. Het programma las het en haalde het weg. "
                "Bel ons als dat niet klopt."),
        facts={"title": found.title}, link="/neighbours/mine", at=at, key=f"neighbour-away-{found.id}",
    )  # fmt: skip


def forget_old(session: Session, *, at: datetime) -> None:
    """Delete what ended long enough ago, with its talks."""
    queries.forget_before(session, at - rules.KEPT)


def _resident(session: Session, actor: Actor) -> Reader:
    who = queries.reader(session, actor)
    if who.firm:
        raise Forbidden
    return who
