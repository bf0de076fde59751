"""Reading people, organisations and mandates."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session

from cwb.identity import errors, rules
from cwb.identity.models import IbanChange, Mandate, Organisation, Person, User
from cwb.kernel.policy import Role


def organisation(session: Session, public_id: UUID | str) -> Organisation:
    """The organisation with this public id.

    Raises:
        OrganisationUnknown: none has it, or the text is no id.
    """
    found = session.scalar(select(Organisation).where(Organisation.public_id == _uuid(public_id)))
    if found is None:
        raise errors.OrganisationUnknown
    return found


def organisation_by_id(session: Session, id: int) -> Organisation:  # noqa: A002 (the key inside the house)
    """The organisation with this key.

    Raises:
        OrganisationUnknown: none has it.
    """
    found = session.get(Organisation, id)
    if found is None:
        raise errors.OrganisationUnknown
    return found


def find_organisation_by_kvk(session: Session, kvk: str) -> Organisation | None:
    """The organisation with this KvK number, if it is here."""
    return session.scalar(select(Organisation).where(Organisation.kvk_number == kvk))


_SAME = {
    "kvk_number": Organisation.kvk_number,
    "branch_number": Organisation.branch_number,
    "rsin": Organisation.rsin,
    "vat_id": Organisation.vat_id,
    "iban": Organisation.iban,
}
"""Identifiers by which two are one (domain text §6), by the name of their field."""

SAME = tuple(_SAME)


def find_same(session: Session, given: Mapping[str, str | None]) -> Organisation | None:
    """The organisation that has one of these identifiers (field → text): only those make two the same."""
    wanted = [column == given[name] for name, column in _SAME.items() if given.get(name)]
    return session.scalars(select(Organisation).where(or_(*wanted)).limit(1)).first() if wanted else None


def alike(session: Session, name: str, *, but: int | None = None) -> Sequence[Organisation]:
    """Other organisations (`but`: this one's key) whose name is nearly this one, at most three: to look at only."""
    words = sorted(rules.telling_words(name), key=len, reverse=True)[:3]
    if not words:
        return []
    near = session.scalars(
        select(Organisation)
        .where(
            or_(*(Organisation.search_name.contains(word, autoescape=True) for word in words)),
            Organisation.id.is_distinct_from(but),
        )
        .order_by(Organisation.search_name, Organisation.id)
        .limit(200)
    )
    return [each for each in near if rules.alike(each.name, name)][:3]


def organisations(session: Session) -> Sequence[Organisation]:
    """Every organisation, by name."""
    return session.scalars(select(Organisation).order_by(Organisation.search_name, Organisation.id)).all()


def user(session: Session, id: int) -> User:  # noqa: A002 (the key inside the house)
    """The user with this key.

    Raises:
        UserUnknown: none, or erased.
    """
    found = session.get(User, id)
    if found is None or found.erased_at is not None:
        raise errors.UserUnknown
    return found


def find_user_by_email(session: Session, email: str) -> User | None:
    """The user with this address, whatever its capitals; erased ones are gone."""
    return session.scalar(
        select(User).where(func.lower(User.email) == func.lower(email), User.erased_at.is_(None))
    )


def people_with(session: Session, organisation_id: int, *roles: Role) -> list[User]:
    """Users who now hold one of these roles in an organisation (any role when none is named), by name."""
    return people_of(session, [organisation_id], *roles)


def people_of(session: Session, organisation_ids: Sequence[int], *roles: Role) -> list[User]:
    """The same for several organisations that act together: each person once."""
    running = exists().where(
        Mandate.user_id == User.id, Mandate.organisation_id.in_(organisation_ids), Mandate.ended_at.is_(None)
    )
    if roles:
        running = running.where(Mandate.role.in_(roles))
    return list(session.scalars(select(User).where(running).order_by(User.name, User.id)))


def programme_people(session: Session) -> list[User]:
    """Who now runs the programme, by name."""
    homes = session.scalars(select(Organisation.id).where(Organisation.is_programme)).all()
    return people_of(session, homes, Role.PROGRAMME)


def mandates_of_organisation(session: Session, organisation_id: int) -> Sequence[Row[Mandate, User]]:
    """Every mandate ever, with its user: running ones first, then the latest ended."""
    statement = (
        select(Mandate, User)
        .join(User, User.id == Mandate.user_id)
        .where(Mandate.organisation_id == organisation_id)
        .order_by(Mandate.ended_at.desc().nulls_first(), User.name, Mandate.id)
    )
    return session.execute(statement).all()


def mandates_of_user(session: Session, user_id: int) -> Sequence[Row[Mandate, Organisation]]:
    """Every mandate of a user with its organisation: running ones first."""
    statement = (
        select(Mandate, Organisation)
        .join(Organisation, Organisation.id == Mandate.organisation_id)
        .where(Mandate.user_id == user_id)
        .order_by(Mandate.ended_at.desc().nulls_first(), Organisation.name, Mandate.id)
    )
    return session.execute(statement).all()


def running_roles(session: Session, user_id: int) -> list[Role]:
    """The roles a user holds now, in whatever organisations."""
    return list(
        session.scalars(select(Mandate.role).where(Mandate.user_id == user_id, Mandate.ended_at.is_(None)))
    )


def running_roles_of(session: Session, user_ids: Iterable[int]) -> dict[int, set[Role]]:
    """The roles that each of these users holds now, in whatever organisations."""
    found: dict[int, set[Role]] = {}
    statement = select(Mandate.user_id, Mandate.role).where(
        Mandate.user_id.in_(list(user_ids)), Mandate.ended_at.is_(None)
    )
    for user_id, role in session.execute(statement):
        found.setdefault(user_id, set()).add(role)
    return found


def mandate(session: Session, organisation_id: int, public_id: UUID | str) -> Mandate:
    """A mandate of this organisation.

    Raises:
        MandateUnknown: none, or another organisation's.
    """
    found = session.scalar(
        select(Mandate).where(
            Mandate.public_id == _uuid(public_id), Mandate.organisation_id == organisation_id
        )
    )
    if found is None:
        raise errors.MandateUnknown
    return found


def keepers_besides(session: Session, organisation_id: int, role: Role, user_id: int) -> int:
    """How many other users hold a role in an organisation now."""
    statement = select(func.count()).where(
        Mandate.organisation_id == organisation_id,
        Mandate.role == role,
        Mandate.ended_at.is_(None),
        Mandate.user_id != user_id,
    )
    return session.scalar(statement) or 0


def involved_in(session: Session, user_id: int, organisation_ids: Iterable[int]) -> bool:
    """Whether a user holds a running mandate in one of these organisations (for panels: a side interest)."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Mandate.user_id == user_id,
                    Mandate.organisation_id.in_(list(organisation_ids)),
                    Mandate.ended_at.is_(None),
                )
            )
        )
    )


def find_open_iban_change(session: Session, organisation_id: int) -> IbanChange | None:
    """The change of IBAN that waits for a second person, if any."""
    return session.scalar(
        select(IbanChange).where(
            IbanChange.organisation_id == organisation_id, IbanChange.decided_at.is_(None)
        )
    )


def iban_change(session: Session, organisation_id: int, public_id: UUID | str) -> IbanChange:
    """A change of IBAN of this organisation, locked.

    Raises:
        IbanChangeUnknown: none, or another organisation's.
    """
    found = session.scalar(
        select(IbanChange)
        .where(IbanChange.public_id == _uuid(public_id), IbanChange.organisation_id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise errors.IbanChangeUnknown
    return found


def find_person(session: Session, person_id: int | None) -> Person | None:
    """The person behind an account, if one was made."""
    return None if person_id is None else session.get(Person, person_id)


def _uuid(public_id: UUID | str) -> UUID:
    if isinstance(public_id, UUID):
        return public_id
    try:
        return UUID(public_id)
    except ValueError:
        return UUID(int=0)
