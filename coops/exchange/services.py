"""Offering, seeking and answering."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.exchange import errors, policy, queries, rules
from coops.exchange.models import Advert, AdvertReply, AdvertReport
from coops.exchange.rules import AdvertFacts
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.words import words
from cwb.notifications.services import mail_each

KEPT = timedelta(days=2 * 365)
"""How long an advert is kept after its end: whoever was wronged can still show what was said."""


def place_advert(session: Session, *, facts: AdvertFacts, actor: Actor, at: datetime) -> Advert:
    """Offer or seek something for the own organisation.

    Raises:
        Forbidden: for no organisation, or by somebody else.
        TooManyAdverts, or one of `rules.check_advert`, `rules.check_money`: input.
    """
    organisation_id = _own(actor)
    rules.check_advert(facts, local_date(at))
    _check_money(session, facts, organisation_id)
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )
    rules.check_room(queries.count_running(session, organisation_id, local_date(at)))
    made = Advert(
        organisation_id=organisation_id,
        **_columns(facts),
        made_by_id=actor.user_id,
        made_at=at,
        version=1,
    )
    session.add(made)
    session.flush()
    return made


def change_advert(
    session: Session, *, advert: Advert, facts: AdvertFacts, version: int, actor: Actor, at: datetime
) -> Advert:
    """Say it otherwise, or let it stand longer.

    Raises:
        Forbidden: another organisation's.
        AdvertNotFound: it was taken away. AdvertChanged: a colleague was first.
        RuleBroken: one of `rules.check_advert`, `rules.check_money`.
    """
    found = _locked(session, advert, actor)
    if found.version != version:
        raise errors.AdvertChanged
    rules.check_advert(facts, local_date(at))
    _check_money(session, facts, found.organisation_id)
    for name, value in _columns(facts).items():
        setattr(found, name, value)
    found.version += 1
    session.flush()
    return found


def end_advert(session: Session, *, advert: Advert, actor: Actor, at: datetime) -> Advert:
    """Take it away: it was found, or is no longer so.

    Raises:
        Forbidden: another organisation's. AdvertNotFound: it was taken away already.
    """
    found = _locked(session, advert, actor)
    found.ended_at = at
    session.flush()
    return found


def answer_advert(session: Session, *, advert: Advert, text: str, actor: Actor, at: datetime) -> AdvertReply:
    """Write to the maker of an advert, who gets a mail; a second time replaces the first.

    Raises:
        Forbidden: for no organisation. OwnAdvert, ReplyMissing: input.
        AdvertNotFound, AdvertEnded: nothing was sent.
    """
    organisation_id = _own(actor)
    found = queries.advert(session, advert.public_id, locked=True)
    if found.organisation_id == organisation_id:
        raise errors.OwnAdvert
    if found.expires_on < local_date(at):
        raise errors.AdvertEnded
    if not text.strip():
        raise errors.ReplyMissing(field="text")
    told = {"text": text.strip()[: rules.MOST_REPLY], "written_by_id": actor.user_id, "written_at": at}
    session.execute(
        insert(AdvertReply)
        .values(advert_id=found.id, organisation_id=organisation_id, **told)
        .on_conflict_do_update(index_elements=["advert_id", "organisation_id"], set_=told)
    )
    writer = session.get_one(Organisation, organisation_id)
    mail_each(
        session, people_with(session, found.organisation_id, Role.BOARD, Role.MEMBER, Role.PURCHASER),
        subject=N_("Een reactie op “%(title)s”"),
        text=N_("%(organisation)s schreef u over “%(title)s”. Open de pagina om te lezen en terug te schrijven."),
        facts={"title": found.title, "organisation": writer.name}, link=f"/exchange/{found.public_id}", at=at,
        key=f"advert-{found.id}-{organisation_id}",
    )  # fmt: skip
    written = queries.find_reply(session, found.id, organisation_id)
    if written is None:
        raise errors.AdvertNotFound
    return written


def report_advert(
    session: Session, *, advert: Advert, reason: str, actor: Actor, at: datetime
) -> AdvertReport:
    """Tell the programme that an advert is hostile or false, as it reads now; it stands until the programme decided.

    Raises:
        OwnReport, AlreadyReported, AdvertNotFound, TextMissing: nothing was sent.
    """
    found = queries.advert(session, advert.public_id, locked=True)
    if actor.organisation_id is not None and found.organisation_id == actor.organisation_id:
        raise errors.OwnReport
    if queries.reported(session, found.id, actor.user_id):
        raise errors.AlreadyReported
    made = AdvertReport(
        advert_id=found.id, reported_by_id=actor.user_id, reason=words(reason, "reason", least=3)[: rules.MOST_REASON],
        title=found.title, text=found.text, reported_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def decide_report(session: Session, *, report_id: int, take_away: bool, actor: Actor, at: datetime) -> None:
    """Let a reported advert stand, or take it away: its maker is told, never who reported it.

    Raises:
        Forbidden: not the programme. ReportDecided, AdvertNotFound: nothing changed.
    """
    if not policy.DECIDE.open_to(actor):
        raise Forbidden
    found = queries.report(session, report_id, locked=True)
    rules.check_decision(
        decided=found.decided_at is not None, reported_by_id=found.reported_by_id, user_id=actor.user_id
    )
    found.decided_at, found.decided_by_id, found.taken_away = at, actor.user_id, take_away
    if take_away and found.advert.ended_at is None:
        found.advert.ended_at = at
        mail_each(
            session, people_with(session, found.advert.organisation_id, Role.BOARD, Role.MEMBER, Role.PURCHASER),
            subject=N_("“%(title)s” is weggehaald"),
            text=N_("Iemand meldde “%(title)s”. Het programma las het en haalde het weg. Bel ons als dat niet klopt."),
            facts={"title": found.title}, link="/exchange/mine", at=at, key=f"advert-away-{found.advert_id}",
        )  # fmt: skip
    session.flush()
    record(
        session, action="advert.report_decided", subject=f"advert:{found.advert.public_id}", actor_id=actor.user_id,
        facts={"taken_away": take_away}, at=at,
    )  # fmt: skip


def forget_adverts(session: Session, *, at: datetime) -> None:
    """Delete what ended long ago, with what was written to it."""
    before = at - KEPT
    session.execute(
        delete(Advert).where((Advert.ended_at < before) | (Advert.expires_on < local_date(before)))
    )


def _own(actor: Actor) -> int:
    if actor.organisation_id is None or not policy.TAKE_PART.open_to(actor):
        raise Forbidden
    return actor.organisation_id


def _locked(session: Session, advert: Advert, actor: Actor) -> Advert:
    found = queries.advert(session, advert.public_id, locked=True)
    if found.organisation_id != _own(actor):
        raise Forbidden
    return found


def _check_money(session: Session, facts: AdvertFacts, organisation_id: int) -> None:
    has = queries.wallets_of(session, organisation_id) if facts.money else {}
    rules.check_money(facts, frozenset(has))


def _columns(facts: AdvertFacts) -> dict[str, Any]:
    """What an advert says, as its columns."""
    values = asdict(replace(facts, title=facts.title.strip(), text=facts.text.strip()))
    money = values.pop("money")
    values["price"] = None if facts.price is None else facts.price.minor
    return values | {"instrument_code": None if money is None else money.value}
