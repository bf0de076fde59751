"""Use cases of inviting people into an organisation, and of leaving it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity import policy as identity_policy
from cwb.identity import queries as people
from cwb.identity import rules as identity_rules
from cwb.identity import services as identity
from cwb.identity.errors import MayNotGrant, NotToYourself, RoleAlreadyHeld, RoleNotHere
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.rules import written
from cwb.notifications.services import send_mail
from cwb.people import errors, events, queries, rules
from cwb.people.models import Invitation
from cwb.sign_in.rules import new_token, token_hash

LINK = "/invitations/"


def invite(
    session: Session,
    *,
    organisation: Organisation,
    email: str,
    role: Role,
    also: Sequence[Role] = (),
    ends_on: date | None = None,
    actor: Actor,
    locale: str,
    at: datetime,
) -> Invitation:
    """Ask somebody by mail to take a role; a helper perhaps more than one (`also`), until a day.

    Raises:
        MayNotGrant: the actor may not give this role here.
        RoleNotHere: this kind of organisation has no such role.
        NotToYourself: the actor's own address.
        RoleAlreadyHeld: the address holds the role here.
        InvitationWaits: invited before and still open.
        EmailInvalid: no address.
        HelpEndInvalid: help without a last day, or another role with one.
    """
    role, address = Role(role), identity_rules.email_address(email)
    identity_rules.check_term(role, ends_on, on=local_date(at))
    if role not in identity_rules.ROLES_OF[identity_policy.side(organisation)]:
        raise RoleNotHere(field="role")
    if not identity_policy.may_grant(actor, organisation, role):
        raise MayNotGrant
    known = people.find_user_by_email(session, address)
    if known is not None and known.id == actor.user_id:
        raise NotToYourself(field="email")
    if known is not None and known in people.people_with(session, organisation.id, role):
        raise RoleAlreadyHeld(field="email")
    token = new_token()
    invitation = Invitation(
        organisation_id=organisation.id,
        email=address,
        role=role,
        also=[each.value for each in also],
        ends_on=ends_on,
        token_hash=token_hash(token),
        invited_by_id=actor.user_id,
        invited_at=at,
        sent_at=at,
        expires_at=at + rules.LIFE,
    )
    try:
        with session.begin_nested():
            session.add(invitation)
    except IntegrityError as fault:
        if "uq_invitation_open" not in str(fault.orig):
            raise
        raise errors.InvitationWaits(field="email") from None
    _send(session, invitation, organisation, token, known.locale if known else locale, at)
    _note(session, "invitation.made", invitation, actor.user_id, at)
    if actor.organisation_id != organisation.id:
        _tell_organisation(session, organisation, at)
    return invitation


def resend(
    session: Session, *, invitation: Invitation, organisation: Organisation, actor: Actor, at: datetime
) -> None:
    """Send the letter again, with a new link and a new fortnight; the old link dies. `invitation` is locked.

    Raises:
        MayNotGrant: the actor may not give this role here.
        InvitationDone: accepted or withdrawn.
        SentOftenEnough: five letters went out.
    """
    _check_open(invitation, organisation, actor)
    if invitation.sent_count >= rules.MOST_LETTERS:
        raise errors.SentOftenEnough
    token = new_token()
    invitation.token_hash, invitation.sent_at = token_hash(token), at
    invitation.sent_count += 1
    invitation.expires_at = at + rules.LIFE
    session.flush()
    known = people.find_user_by_email(session, invitation.email)
    _send(session, invitation, organisation, token, known.locale if known else "nl", at)
    _note(session, "invitation.sent_again", invitation, actor.user_id, at)


def withdraw(
    session: Session, *, invitation: Invitation, organisation: Organisation, actor: Actor, at: datetime
) -> None:
    """Take an invitation back. `invitation` is locked.

    Raises:
        MayNotGrant: the actor may not give this role here.
        InvitationDone: accepted or withdrawn.
    """
    _check_open(invitation, organisation, actor)
    invitation.withdrawn_at = at
    session.flush()
    _note(session, "invitation.withdrawn", invitation, actor.user_id, at)


def accept(session: Session, *, invitation: Invitation, user: User, at: datetime) -> Mandate:
    """Take the role one was invited for (a helper perhaps more), with one's own account. A second click finds it used.

    `invitation` is locked.

    Raises:
        InvitationOver: expired, withdrawn or accepted.
        NotYourInvitation: it was sent to another address.
        RolesApart, RoleAlreadyHeld: it does not go with a role held.
        RoleNotHere: the organisation changed sides meanwhile.
    """
    _check_own(invitation, user, at)
    organisation = people.organisation_by_id(session, invitation.organisation_id)
    inviter = session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    mandate, *_more = (
        identity.grant_mandate(
            session, user=user, organisation=organisation, role=role, granted_by=inviter, ends_on=invitation.ends_on,
            at=at,
        )
        for role in invitation.roles
    )  # fmt: skip
    invitation.accepted_at, invitation.accepted_by_id = at, user.id
    session.flush()
    _note(session, "invitation.accepted", invitation, user.id, at)
    if invitation.ends_on is not None:
        emit(session, events.HelpBegan(user.id, organisation.id, at))
    return mandate


def decline(session: Session, *, invitation: Invitation, user: User, at: datetime) -> None:
    """Say no to an invitation to oneself; who asked hears it. `invitation` is locked.

    Raises:
        InvitationOver: expired, withdrawn or accepted.
        NotYourInvitation: it was sent to another address.
    """
    _check_own(invitation, user, at)
    _say_no(session, invitation, user.id, user.name, at)


def decline_by_link(session: Session, *, invitation: Invitation, at: datetime) -> None:
    """The same by who has the letter and no account, or is not signed in; saying it again changes nothing.

    `invitation` is locked.

    Raises:
        InvitationOver: expired, or accepted.
    """
    state = invitation.state(at)
    if state is rules.State.WITHDRAWN:
        return
    if state is not rules.State.OPEN:
        raise errors.InvitationOver
    _say_no(session, invitation, None, invitation.email, at)


def _say_no(session: Session, invitation: Invitation, user_id: int | None, who: str, at: datetime) -> None:
    invitation.withdrawn_at = at
    session.flush()
    _note(session, "invitation.declined", invitation, user_id, at)
    inviter = session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    if inviter is not None and inviter.erased_at is None:
        send_mail(
            session, to=inviter.email, locale=inviter.locale, subject=N_("%(who)s doet niet mee"),
            text=N_("U nodigde %(who)s uit bij %(name)s. Het antwoord is nee."),
            facts={"who": who, "name": people.organisation_by_id(session, invitation.organisation_id).name},
            at=at,
        )  # fmt: skip


def accept_as_new(
    session: Session, *, token: str, name: str, password: str | None, locale: str, at: datetime
) -> tuple[User, Mandate]:
    """Make an account for the invited address, which the link confirms, and take the role.

    Raises:
        InvitationUnknown: a link that is not, or was replaced.
        SignInToAccept: the address has an account.
        Everything that `accept` and `register_user` raise.
    """
    invitation = queries.invitation_by_token(session, token, lock=True)
    if people.find_user_by_email(session, invitation.email):
        raise errors.SignInToAccept
    user = identity.register_user(
        session, email=invitation.email, name=name, password=password, locale=locale, at=at
    )
    return user, accept(session, invitation=invitation, user=user, at=at)


def end_mandate(
    session: Session, *, mandate: Mandate, organisation: Organisation, actor: Actor, at: datetime
) -> None:
    """End somebody's role, or leave oneself; told by mail.

    Raises:
        MayNotGrant: neither one's own role nor one the actor may end.
        LastKeeper: nobody else could run the organisation.
        MandateEnded: it was ended before.
    """
    own = mandate.user_id == actor.user_id
    if not own and not identity_policy.may_grant(actor, organisation, mandate.role):
        raise MayNotGrant
    identity.end_mandate(session, mandate=mandate, actor_id=actor.user_id, at=at)
    user = session.get_one(User, mandate.user_id)
    if not own and user.erased_at is None:
        send_mail(
            session,
            to=user.email,
            locale=user.locale,
            subject=N_("Uw rol bij %(name)s is beëindigd"),
            text=N_("U heeft deze rol niet meer bij %(name)s. Klopt dit niet? Vraag het uw organisatie."),
            facts={"name": organisation.name},
            at=at,
        )


def _check_own(invitation: Invitation, user: User, at: datetime) -> None:
    if invitation.state(at) is not rules.State.OPEN:
        raise errors.InvitationOver
    if not rules.is_for(invitation.email, user.email):
        raise errors.NotYourInvitation


def _check_open(invitation: Invitation, organisation: Organisation, actor: Actor) -> None:
    if not identity_policy.may_grant(actor, organisation, invitation.role):
        raise MayNotGrant
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise errors.InvitationDone


def _send(
    session: Session,
    invitation: Invitation,
    organisation: Organisation,
    token: str,
    locale: str,
    at: datetime,
) -> None:
    what = " ".join(written(identity_rules.ROLE_HINT[each], {}, locale) for each in invitation.roles)
    helps = invitation.ends_on is not None
    send_mail(
        session, to=invitation.email, locale=locale,
        subject=N_("%(name)s vraagt uw hulp") if helps else N_("%(name)s nodigt u uit"),
        text=N_(
            "%(name)s vraagt of u helpt, tot en met %(until)s. Wat u dan doet: %(what)s Het bestuur leest alles wat u "
            "doet. Open de link om ja of nee te zeggen. De link werkt 14 dagen. Kent u deze organisatie niet? Doe dan "
            "niets."
        ) if helps else N_(
            "%(name)s vraagt u om mee te doen op deze site. Wat u dan doet: %(what)s Open de link om ja of nee te "
            "zeggen. De link werkt 14 dagen. Kent u deze organisatie niet? Doe dan niets."
        ),
        facts={"name": organisation.name, "until": invitation.ends_on, "what": what}, link=f"{LINK}{token}", at=at,
    )  # fmt: skip


def _tell_organisation(session: Session, organisation: Organisation, at: datetime) -> None:
    send_mail(
        session,
        to=organisation.email,
        locale="nl",
        subject=N_("De beheerder nodigde iemand uit voor %(name)s"),
        text=N_("De beheerder van de site gaf iemand een rol bij %(name)s. Klopt dit niet? Bel ons meteen."),
        facts={"name": organisation.name},
        at=at,
    )


def _note(session: Session, action: str, invitation: Invitation, actor_id: int | None, at: datetime) -> None:
    facts = {"organisation": invitation.organisation_id, "role": invitation.role.value}
    record(
        session, action=action, subject=f"invitation:{invitation.id}", actor_id=actor_id, facts=facts, at=at
    )
