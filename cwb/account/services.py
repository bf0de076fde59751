"""Use cases of registering an organisation and keeping one's own account."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.account import queries
from cwb.account.models import OrganisationDraft
from cwb.identity import rules
from cwb.identity.errors import KvkNumberTaken, NumberTaken
from cwb.identity.models import Organisation, User
from cwb.identity.queries import SAME, find_person, find_same
from cwb.identity.services import grant_mandate, register_organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import search_key

KEPT_FOR = timedelta(days=182)
"""So long an unfinished registration is kept after its last change."""


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
    forget_draft(session, user_id=user.id)
    return organisation


def save_draft(session: Session, *, user_id: int, values: Mapping[str, Any], at: datetime) -> None:
    """Keep one page of registering an organisation, so that it can go on on another device.

    Raises:
        KvkNumberTaken, NumberTaken: an organisation that is here; nothing is kept.
        RsinOfNaturalPerson, VatIdHidesBsn: a number that holds a BSN; nothing is kept.
    """
    check_new(session, values)
    kept = {**queries.answers(session, user_id), **values}
    form = kept.get("legal_form", "")
    if "legal_form" not in values:
        rules.check_natural_person(form, rsin=kept.get("rsin"), vat_id=kept.get("vat_id"))
    elif form in rules.NATURAL_PERSON_FORMS:
        kept = {name: value for name, value in kept.items() if name not in {"rsin", "vat_id"}}
    session.execute(
        insert(OrganisationDraft)
        .values(user_id=user_id, answers=kept, saved_at=at)
        .on_conflict_do_update(index_elements=["user_id"], set_={"answers": kept, "saved_at": at})
    )


def forget_draft(session: Session, *, user_id: int) -> None:
    """Throw an unfinished registration away."""
    session.execute(delete(OrganisationDraft).where(OrganisationDraft.user_id == user_id))


def clear_old(session: Session, at: datetime) -> None:
    """Throw away what nobody touched for half a year."""
    session.execute(delete(OrganisationDraft).where(OrganisationDraft.saved_at < at - KEPT_FOR))


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
