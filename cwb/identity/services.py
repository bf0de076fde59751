"""Use cases of people and organisations."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity import errors, events, gateway, queries, rules
from cwb.identity.models import IbanChange, Mandate, Organisation, Person, User
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base
from cwb.kernel.errors import RuleBroken
from cwb.kernel.events import emit
from cwb.kernel.identifiers import BranchNumber, Iban, Identifier, KvkNumber, Postcode, Rsin, VatId
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, search_key
from cwb.notifications.services import send_mail

LOCALES = ("nl", "en", "ar", "tr")


def register_user(
    session: Session, *, email: str, name: str, password: str | None, locale: str, at: datetime
) -> User:
    """Make an account for somebody whose address was confirmed. Without password: sign-in by e-mailed code.

    Raises:
        EmailInvalid, NameMissing, NameTooLong, PasswordTooShort, PasswordTooLong, PasswordGuessable: input.
        EmailTaken: the address has an account.
    """
    address, called = rules.email_address(email), rules.person_name(name)
    hashed = gateway.hash_password(rules.password(password, about=(address, called))) if password else None
    return store_user(session, email=address, name=called, password_hash=hashed, locale=locale, at=at)


def store_user(
    session: Session, *, email: str, name: str, password_hash: str | None, locale: str, at: datetime
) -> User:
    """Make an account from checked facts and a hash made earlier.

    Raises:
        EmailTaken: the address has an account.
    """
    user = User(
        email=email,
        name=name,
        password_hash=password_hash,
        locale=locale if locale in LOCALES else "nl",
        created_at=at,
        seen_at=at,
    )
    if queries.find_user_by_email(session, email):
        raise errors.EmailTaken(field="email")
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise errors.EmailTaken(field="email") from None
    record(session, action="user.registered", subject=f"user:{user.id}", actor_id=user.id, at=at)
    return user


def person_of(session: Session, *, user: User, at: datetime) -> Person:
    """The natural person behind an account, made when first needed (to own a wallet, to take part)."""
    session.execute(select(User.id).where(User.id == user.id).with_for_update())
    session.refresh(user, ["person_id"])
    found = queries.find_person(session, user.person_id)
    if found is None:
        found = Person(name=user.name, created_at=at)
        session.add(found)
        session.flush()
        user.person_id = found.id
        session.flush()
    return found


def register_organisation(
    session: Session,
    *,
    name: str,
    kvk_number: str | None,
    legal_form: str,
    street: str,
    house_number: str,
    postcode: str,
    city: str,
    email: str,
    anchor_type: str | None = None,
    is_programme: bool = False,
    is_contracting_authority: bool | None = None,
    vat_id: str | None = None,
    iban: str | None = None,
    rsin: str | None = None,
    branch_number: str | None = None,
    phone: str | None = None,
    website: str | None = None,
    actor_id: int | None = None,
    at: datetime,
) -> Organisation:
    """Put an organisation in the house. `legal_form` is a code of `rules.LEGAL_FORMS` or as people write it.

    Raises:
        NameMissing, NameTooLong, LegalFormUnknown, EmailInvalid, IdentifierInvalid (its subclasses): input.
        RsinOfNaturalPerson, VatIdHidesBsn: a number that holds a BSN; nothing of it is kept.
        KvkNumberTaken, AnchorCannotBeProgramme: already here; one organisation stands on one side.
    """
    form = rules.legal_form(legal_form)
    rules.check_natural_person(form, rsin=rsin, vat_id=_parsed(VatId, vat_id, "vat_id"))
    if anchor_type and is_programme:
        raise errors.AnchorCannotBeProgramme
    organisation = Organisation(
        name=rules.person_name(name),
        created_at=at,
        kvk_number=_parsed(KvkNumber, kvk_number, "kvk_number"),
        branch_number=_parsed(BranchNumber, branch_number, "branch_number"),
        rsin=_parsed(Rsin, rsin, "rsin"),
        vat_id=_parsed(VatId, vat_id, "vat_id"),
        iban=_parsed(Iban, iban, "iban"),
        legal_form=form,
        anchor_type=anchor_type,
        is_programme=is_programme,
        is_contracting_authority=is_contracting_authority,
        street=street,
        house_number=house_number,
        postcode=_parsed(Postcode, postcode, "postcode"),
        city=city,
        email=rules.email_address(email),
        phone=phone or None,
        website=website or None,
    )
    if organisation.kvk_number and queries.find_organisation_by_kvk(session, organisation.kvk_number):
        raise errors.KvkNumberTaken(field="kvk_number")
    _add(session, organisation, "uq_organisation_kvk_number", errors.KvkNumberTaken(field="kvk_number"))
    _note(session, "organisation.registered", organisation, actor_id, at)
    emit(session, events.OrganisationRegistered(organisation.id, at))
    return organisation


def change_organisation(
    session: Session,
    *,
    organisation: Organisation,
    name: str,
    street: str,
    house_number: str,
    postcode: str,
    city: str,
    email: str,
    phone: str | None,
    website: str | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Change how an organisation is reached. A new contact address is told to the old one.

    Raises:
        NameMissing, NameTooLong, EmailInvalid, PostcodeInvalid: input.
    """
    old, new = organisation.email, rules.email_address(email)
    organisation.name = rules.person_name(name)
    organisation.search_name = search_key(organisation.name)
    organisation.street, organisation.house_number, organisation.city = street, house_number, city
    organisation.postcode = str(_parsed(Postcode, postcode, "postcode"))
    organisation.email, organisation.phone, organisation.website = new, phone or None, website or None
    session.flush()
    if old.lower() != new.lower():
        send_mail(
            session,
            to=old,
            locale="nl",
            subject=N_("Het contactadres van %(name)s is gewijzigd"),
            text=N_(
                "Berichten voor %(name)s gaan voortaan naar een ander adres. Klopt dit niet? Bel ons meteen."
            ),
            facts={"name": organisation.name},
            at=at,
        )
    _note(session, "organisation.changed", organisation, actor.user_id, at)


def grant_mandate(
    session: Session,
    *,
    user: User,
    organisation: Organisation,
    role: Role,
    granted_by: User | None,
    ends_on: date | None = None,
    at: datetime,
) -> Mandate:
    """Give a user a role in an organisation. Who may do so is asked by the caller (`identity.policy`).

    Raises:
        RoleNotHere: this kind of organisation has no such role.
        RolesApart: it does not go together with a role the user holds.
        HelpEndInvalid: help without a last day, or another role with one.
        RoleAlreadyHeld: the same mandate runs.
        UserUnknown: an erased account.
    """
    session.execute(select(User.id).where(User.id == user.id).with_for_update())
    queries.user(session, user.id)
    role = Role(role)
    rules.check_term(role, ends_on, on=local_date(at))
    side = rules.side_of(organisation.anchor_type, organisation.is_programme)
    rules.check_role(role, side, queries.running_roles(session, user.id))
    mandate = Mandate(
        user_id=user.id,
        organisation_id=organisation.id,
        role=role,
        granted_by_id=granted_by.id if granted_by else None,
        granted_at=at,
        ends_on=ends_on,
    )
    _add(session, mandate, "uq_mandate_running", errors.RoleAlreadyHeld(field="role"))
    by = granted_by.id if granted_by else None
    facts = {
        "user": user.id,
        "role": role.value,
        "side_interest": rules.flagged(queries.running_roles(session, user.id)),
    }
    _note(session, "mandate.granted", organisation, by, at, **facts)
    return mandate


def end_mandate(
    session: Session, *, mandate: Mandate, actor_id: int | None, at: datetime, keep: bool = True
) -> None:
    """End a role. With `keep`, the last person who looks after the organisation stays.

    Raises:
        LastKeeper: nobody else could run the organisation.
        MandateEnded: it was ended before.
    """
    organisation = session.scalars(
        select(Organisation).where(Organisation.id == mandate.organisation_id).with_for_update()
    ).one()
    session.refresh(mandate, with_for_update=True)
    if mandate.ended_at is not None:
        raise errors.MandateEnded
    if keep:
        side = rules.side_of(organisation.anchor_type, organisation.is_programme)
        others = queries.keepers_besides(session, organisation.id, mandate.role, mandate.user_id)
        rules.check_keepers(side, mandate.role, others)
    mandate.ended_at = max(at, mandate.granted_at)
    session.flush()
    _note(session, "mandate.ended", organisation, actor_id, at, user=mandate.user_id, role=mandate.role.value)
    emit(session, events.MandateEnded(mandate.user_id, organisation.id, mandate.role.value, at))


def ask_iban_change(
    session: Session, *, organisation: Organisation, iban: str, actor: Actor, at: datetime
) -> IbanChange:
    """Propose another bank account; a second person decides. The contact address hears of it at once.

    Raises:
        IbanInvalid, IbanSame: the account.
        IbanChangeOpen: another one waits.
    """
    new = str(_parsed(Iban, iban, "iban") or Iban.parse(""))
    if new == organisation.iban:
        raise errors.IbanSame(field="iban")
    change = IbanChange(organisation_id=organisation.id, iban=new, asked_by_id=actor.user_id, asked_at=at)
    _add(session, change, "uq_iban_change_open", errors.IbanChangeOpen(field="iban"))
    _tell_iban(session, organisation, N_("Er is een nieuw IBAN gevraagd voor %(name)s"), at)
    _note(session, "iban.asked", organisation, actor.user_id, at, change=change.id)
    return change


def decide_iban_change(
    session: Session,
    *,
    change: IbanChange,
    organisation: Organisation,
    accepted: bool,
    actor: Actor,
    at: datetime,
) -> None:
    """Accept or refuse a proposed bank account. Refusing may also be done by who proposed it. `change` is locked.

    Raises:
        SecondPersonNeeded: accepting what one proposed oneself.
        IbanChangeDecided: decided in another tab.
    """
    if change.decided_at is not None:
        raise errors.IbanChangeDecided
    if accepted and change.asked_by_id == actor.user_id:
        raise errors.SecondPersonNeeded
    change.decided_at, change.decided_by_id, change.accepted = at, actor.user_id, accepted
    if accepted:
        organisation.iban = change.iban
    session.flush()
    if accepted:
        _tell_iban(session, organisation, N_("Het IBAN van %(name)s is gewijzigd"), at)
    action = "iban.changed" if accepted else "iban.refused"
    _note(session, action, organisation, actor.user_id, at, change=change.id)


def _tell_iban(session: Session, organisation: Organisation, subject: str, at: datetime) -> None:
    send_mail(
        session,
        to=organisation.email,
        locale="nl",
        subject=subject,
        text=N_("Kijk bij uw organisatie welk IBAN er staat. Klopt het niet? Bel ons meteen."),
        facts={"name": organisation.name},
        link=f"/organisations/{organisation.public_id}",
        at=at,
    )


def _add(session: Session, row: Base, unique: str, taken: RuleBroken) -> None:
    """Store a row; where another one was first by this unique index, say so instead."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as fault:
        if unique not in str(fault.orig):
            raise
        raise taken from None


def _parsed(kind: type[Identifier], text: str | None, field: str) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        return kind.parse(text)
    except RuleBroken as fault:
        fault.field = field
        raise


def _note(
    session: Session,
    action: str,
    organisation: Organisation,
    actor_id: int | None,
    at: datetime,
    **facts: object,
) -> None:
    subject = f"organisation:{organisation.id}"
    record(session, action=action, subject=subject, actor_id=actor_id, facts=facts, at=at)
