"""Use cases of registering an organisation and keeping one's own account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cwb.identity import rules
from cwb.identity.errors import KvkNumberTaken, NumberTaken
from cwb.identity.models import Organisation, User
from cwb.identity.queries import SAME, find_person, find_same
from cwb.identity.services import grant_mandate, register_organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import search_key


def found_organisation(session: Session, *, user: User, at: datetime, **facts: Any) -> Organisation:
    """Register an organisation that supplies, with the user as its first keeper.

    Anchors and the programme are never registered this way: an administrator admits them.
    `facts` are those of `identity.services.register_organisation`.

    Raises:
        RolesApart: the user holds a role that does not go with running a supplier; nothing is registered.
        NumberTaken: one of its numbers is an organisation's that is here.
        KvkNumberTaken and the other refusals of `register_organisation`.
    """
    check_new(session, facts)
    facts.update(anchor_type=None, is_programme=False)
    organisation = register_organisation(session, actor_id=user.id, at=at, **facts)
    grant_mandate(session, user=user, organisation=organisation, role=Role.BOARD, granted_by=None, at=at)
    return organisation


def check_new(session: Session, given: Mapping[str, str | None]) -> None:
    """Refuse the numbers of an organisation that is here; names make no two the same.

    Raises:
        KvkNumberTaken, NumberTaken: at the field.
    """
    for name in SAME:
        if find_same(session, {name: given.get(name)}):
            raise KvkNumberTaken(field=name) if name == "kvk_number" else NumberTaken(field=name)


def change_profile(session: Session, *, user: User, name: str, locale: str) -> None:
    """Change one's name and language.

    Raises:
        NameMissing, NameTooLong: the name.
    """
    user.name, user.locale = rules.person_name(name), locale
    person = find_person(session, user.person_id)
    if person is not None:
        person.name, person.search_name = user.name, search_key(user.name)
    session.flush()
