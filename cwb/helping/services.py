"""Asking for help, ending it, and writing down what was done."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.helping import errors, policy, queries, rules
from cwb.helping.models import HelpAct
from cwb.helping.rules import Deed
from cwb.identity import queries as people
from cwb.identity import services as identity
from cwb.identity.models import Mandate, Organisation, User
from cwb.identity.rules import email_address
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import HELPERS, Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from cwb.people.events import HelpBegan
from cwb.people.models import Invitation
from cwb.people.services import invite

LOG = "/helpers"


def ask_help(
    session: Session,
    *,
    organisation: Organisation,
    email: str,
    roles: Collection[Role],
    ends_on: date,
    actor: Actor,
    locale: str,
    at: datetime,
) -> Invitation:
    """Ask somebody by mail to help until a day, within limits; they say yes with the link.

    Raises:
        HelpMissing, HelpEndInvalid, EmailInvalid, NotToYourself, InvitationWaits: input.
        AlreadyInside: the address acts for the organisation already.
        Forbidden, RoleNotHere: not its board; no cooperative.
    """
    chosen = rules.check_help(roles, ends_on, today=local_date(at))
    if actor.organisation_id != organisation.id or not policy.ASK.open_to(actor):
        raise Forbidden
    known = people.find_user_by_email(session, email_address(email))
    if (
        known is not None
        and known.id != actor.user_id
        and people.involved_in(session, known.id, [organisation.id])
    ):
        raise errors.AlreadyInside(field="email")
    return invite(
        session, organisation=organisation, email=email, role=chosen[0], also=chosen[1:], ends_on=ends_on,
        actor=actor, locale=locale, at=at,
    )  # fmt: skip


def end_help(
    session: Session, *, organisation: Organisation, mandates: Collection[Mandate], actor: Actor, at: datetime
) -> None:
    """End all that one helper may do here, by either side; the other side hears of it.

    Raises:
        Forbidden: neither the helper nor the board.
    """
    helper = next(iter(mandates)).user
    own = helper.id == actor.user_id
    if not own and not (actor.organisation_id == organisation.id and policy.ASK.open_to(actor)):
        raise Forbidden
    for each in mandates:
        identity.end_mandate(session, mandate=each, actor_id=actor.user_id, at=at)
    told = people.people_with(session, organisation.id, Role.BOARD) if own else [helper]
    mail_each(
        session, told, subject=N_("De hulp bij %(name)s is gestopt"),
        text=N_("%(who)s helpt %(name)s niet meer. Wat eerder is gedaan, blijft staan."),
        facts={"name": organisation.name, "who": helper.name}, at=at,
    )  # fmt: skip


def end_what_is_over(session: Session, *, at: datetime) -> int:
    """End the help whose last day has passed, tell both sides, and throw old lines of the log away; how many ended."""
    found = queries.over(session, local_date(at))
    for each in found:
        identity.end_mandate(session, mandate=each, actor_id=None, at=at, keep=False)
    for user_id, organisation_id in dict.fromkeys(
        (each.user_id, each.organisation_id) for each in found if each.role in HELPERS
    ):
        _tell_over(session, people.user(session, user_id), organisation_id, at)
    session.execute(delete(HelpAct).where(HelpAct.at < at - rules.KEPT_FOR))
    return len(found)


def _tell_over(session: Session, helper: User, organisation_id: int, at: datetime) -> None:
    organisation = people.organisation_by_id(session, organisation_id)
    mail_each(
        session, (helper, *people.people_with(session, organisation_id, Role.BOARD)),
        subject=N_("De hulp bij %(name)s is gestopt"),
        text=N_(
            "De laatste dag dat %(who)s %(name)s hielp, is voorbij. Wat eerder is gedaan, blijft staan. "
            "Het bestuur kan opnieuw om hulp vragen."
        ),
        facts={"name": organisation.name, "who": helper.name}, at=at,
    )  # fmt: skip


def note_act(session: Session, *, actor: Actor, role: Role, deed: Deed, page: str, at: datetime) -> None:
    """Write down what a helper does; what is only looked at, once a day. It stays or goes with the act itself."""
    session.execute(
        insert(HelpAct)
        .values(
            organisation_id=actor.organisation_id, user_id=actor.user_id, role=role, deed=deed.value,
            page=page[:300], at=at, acted_on=local_date(at),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def tell_board(session: Session, event: HelpBegan) -> None:
    """Tell the board that somebody said yes, and where it reads what they do."""
    helper, organisation = (
        people.user(session, event.user_id),
        people.organisation_by_id(session, event.organisation_id),
    )
    mail_each(
        session, people.people_with(session, organisation.id, Role.BOARD), subject=N_("%(who)s helpt nu %(name)s"),
        text=N_("%(who)s zei ja. U leest op de site alles wat deze helper doet. U kunt de hulp altijd stoppen."),
        facts={"name": organisation.name, "who": helper.name}, link=LOG, at=event.at,
    )  # fmt: skip
