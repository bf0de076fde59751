"""Use cases of registering: begin, keep a page, finish, give up, ask to join an organisation that is here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from coops.enrolment import errors, policy, queries, rules
from coops.enrolment.models import EnrolmentDraft
from coops.enrolment.rules import Page
from coops.papers import services as papers
from coops.register.models import Cooperative
from coops.register.queries import find_cooperative
from coops.register.rules import check_claims, check_profile
from coops.register.services import register_cooperative
from cwb.account.services import found_organisation
from cwb.audit.services import record
from cwb.identity import rules as identity
from cwb.identity.events import UserErased
from cwb.identity.models import Organisation
from cwb.identity.queries import SAME, find_same, organisation_by_id, people_with, user
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from cwb.places.gateway import area_pack
from cwb.places.rules import resolve


def draft_of(session: Session, *, actor: Actor, at: datetime) -> EnrolmentDraft:
    """The open registration of the actor, or a new one that is not kept yet: with what stands in the register, if any.

    Raises:
        NotForThisRole: who may found no supplier.
    """
    if not policy.may(actor):
        raise errors.NotForThisRole
    found = queries.find_draft(session, actor)
    if found is not None:
        return found
    own = actor.organisation_id if policy.of_own(actor) else None
    there = None if own is None else find_cooperative(session, own)
    return EnrolmentDraft(
        organisation_id=own, begun_by_id=actor.user_id, answers=_answers(there), begun_at=at, saved_at=at
    )


def begin(session: Session, *, serves: Sequence[str] = (), actor: Actor, at: datetime) -> EnrolmentDraft:
    """The open registration of the actor, kept from now on. `serves`: the wijken that a new one begins with.

    Raises:
        NotForThisRole: who may found no supplier.
    """
    found = draft_of(session, actor=actor, at=at)
    if serves and found not in session:
        found.answers = {**found.answers, "begun": {"serves": list(serves)}}
    session.add(found)
    session.flush()
    return found


def begin_anew(session: Session, *, serves: Sequence[str] = (), actor: Actor, at: datetime) -> EnrolmentDraft:
    """Set the open registration of the actor aside, and open another. `serves`: the wijken to begin with.

    Raises:
        NotForThisRole: who may found no supplier.
        PageUnknown: it is of an organisation that is here.
    """
    there = begin(session, actor=actor, at=at)
    if there.organisation_id is not None:
        raise errors.PageUnknown
    there.aside = True
    session.flush()
    made = EnrolmentDraft(
        begun_by_id=actor.user_id, answers={"begun": {"serves": list(serves)}}, begun_at=at, saved_at=at
    )
    session.add(made)
    session.flush()
    return made


def take_up(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> EnrolmentDraft:
    """Go on with a registration that was set aside; the open one waits.

    Raises:
        NotForThisRole: who may found no supplier.
        DraftGone: none of the actor's that waits.
    """
    there = draft_of(session, actor=actor, at=at)
    found = next((each for each in queries.others(session, there) if each.public_id == public_id), None)
    if found is None:
        raise errors.DraftGone
    there.aside = True
    session.flush()
    found.aside = False
    session.flush()
    return found


def _answers(found: Cooperative | None) -> dict[str, Any]:
    """What stands in the register, as answers of the pages."""
    if found is None:
        return {}
    return {
        Page.WORK: {
            "kind": found.kind, "description": found.description, "sectors": found.sectors,
            "languages": found.languages,
        },
        Page.CAPACITY: {
            "weekly_hours": found.weekly_hours, "people": found.people, "members": found.members,
            "largest_minor": found.largest_minor,
        },
        Page.WHERE: {"serves": found.serves},
        Page.FACTS: {claim.code: claim.value for claim in found.claims},
        "version": found.version,
    }  # fmt: skip


def save_page(
    session: Session, *, draft: EnrolmentDraft, page: Page, values: Mapping[str, Any], at: datetime
) -> EnrolmentDraft:
    """Keep the answers of one page.

    Raises:
        PageUnknown: not asked of this organisation.
        NotFounded, ForeignEntity, DissolvedEntity, AlreadyHere, BsnFound: at the field; nothing is kept.
        RsinOfNaturalPerson, VatIdHidesBsn: a number that holds a BSN; nothing is kept.
        SectorMissing, CapacityInvalid, SharesInvalid, MeetingInFuture: the input.
    """
    if page not in rules.asked(is_here=draft.organisation_id is not None):
        raise errors.PageUnknown
    answers = dict(draft.answers)
    _check(session, page, values, answers, at)
    if page is Page.WHO and answers.get(Page.NUMBERS) and not _may_keep(values, answers[Page.NUMBERS]):
        del answers[Page.NUMBERS]
    answers[page] = dict(values)
    draft.answers, draft.saved_at = answers, at
    session.flush()
    return draft


def _check(
    session: Session, page: Page, values: Mapping[str, Any], answers: Mapping[str, Any], at: datetime
) -> None:
    if page is Page.WHO:
        rules.check_registered(values["registered"])
        _check_new(session, values)
    elif page is Page.NUMBERS:
        form = answers.get(Page.WHO, {}).get("legal_form", "")
        identity.check_natural_person(form, rsin=values["rsin"], vat_id=values["vat_id"])
        _check_new(session, values)
    elif page is Page.WORK:
        refuse_bsn(description=values["description"])
        check_profile(values["sectors"], None, None)
    elif page is Page.CAPACITY:
        check_profile(["-"], values["weekly_hours"], values["people"], values["members"])
    elif page is Page.FACTS:
        refuse_bsn(legal_form=values["legal_form"])
        check_claims(_claims(values), on=local_date(at))


def _check_new(session: Session, values: Mapping[str, Any]) -> None:
    for name in SAME:
        if find_same(session, {name: values.get(name)}):
            raise errors.AlreadyHere(field=name)


def _may_keep(who: Mapping[str, Any], numbers: Mapping[str, Any]) -> bool:
    """Whether numbers given before still may stand beside another legal form."""
    try:
        identity.check_natural_person(who["legal_form"], rsin=numbers["rsin"], vat_id=numbers["vat_id"])
    except RuleBroken:
        return False
    return True


def _claims(values: Mapping[str, Any]) -> dict[Any, str]:
    return {code: value for code, value in values.items() if value}


def finish(session: Session, *, draft: EnrolmentDraft, actor: Actor, at: datetime) -> Cooperative:
    """Send the answers: the organisation is registered unless it is here, and stands in the register.

    Raises:
        BoardSends: a helper fills in, the board sends.
        PagesMissing: a page was left open.
        ProfileChanged: a colleague changed the profile meanwhile.
        RolesApart, KvkNumberTaken and the other refusals of founding an organisation; nothing is registered then.
    """
    is_here = draft.organisation_id is not None
    answers = draft.answers
    if not policy.may_send(actor):
        raise errors.BoardSends
    if rules.missing(answers, is_here=is_here):
        raise errors.PagesMissing
    organisation = (
        organisation_by_id(session, draft.organisation_id)
        if draft.organisation_id is not None
        else _found(session, answers, actor, at)
    )
    work, capacity = answers[Page.WORK], answers[Page.CAPACITY]
    largest = capacity["largest_minor"]
    made = register_cooperative(
        session, organisation=organisation, kind=work["kind"], description=work["description"],
        sectors=work["sectors"], languages=work["languages"], place_code=wijk_of(organisation, local_date(at)),
        weekly_hours=capacity["weekly_hours"], people=capacity["people"], members=capacity["members"],
        largest=None if largest is None else Money(largest), serves=answers[Page.WHERE]["serves"],
        claims=_claims(answers[Page.FACTS]), version=answers.get("version"), user_id=actor.user_id, at=at,
    )  # fmt: skip
    papers.hand_over(session, draft_key=draft.public_id, organisation_id=organisation.id)
    session.delete(draft)
    session.flush()
    return made


def _found(session: Session, answers: Mapping[str, Any], actor: Actor, at: datetime) -> Organisation:
    who = {name: value for name, value in answers[Page.WHO].items() if name != "registered"}
    where = {name: value for name, value in answers[Page.WHERE].items() if name != "serves"}
    return found_organisation(
        session, user=user(session, actor.user_id), at=at, **who, **answers[Page.NUMBERS], **where
    )


def wijk_of(organisation: Organisation, on: date) -> str | None:
    """The wijk that the address proves on a day; None where it proves none."""
    return resolve(
        area_pack(), organisation.postcode, organisation.house_number, on=on, street=organisation.street
    ).wijk


def give_up(session: Session, *, draft: EnrolmentDraft) -> None:
    """Throw an unfinished registration away, with its papers. What stands in the register stays."""
    papers.forget(session, draft_key=draft.public_id)
    session.delete(draft)
    session.flush()


def forget(session: Session, *, at: datetime) -> int:
    """Throw away what nobody touched for half a year; returns how many."""
    old = queries.given_up(session, at)
    for each in old:
        give_up(session, draft=each)
    return len(old)


def forget_user(session: Session, event: UserErased) -> None:
    """An account was erased: what it had begun to register goes, with its papers."""
    for each in queries.begun_by(session, event.user_id):
        give_up(session, draft=each)


def ask_to_join(session: Session, *, given: Mapping[str, str | None], actor: Actor, at: datetime) -> None:
    """Ask whoever keeps the organisation with this identifier for a role there. The answer never tells who it is."""
    found = find_same(session, given)
    if found is None:
        return
    asking = user(session, actor.user_id)
    mail_each(
        session, people_with(session, found.id, Role.BOARD, Role.PURCHASER, Role.ADMINISTRATOR),
        subject=N_("%(who)s wil meedoen bij %(name)s"),
        text=N_(
            "%(who)s (%(email)s) vraagt om een rol bij %(name)s. Kent u deze persoon? Nodig die dan uit. "
            "Zo niet, dan hoeft u niets te doen."
        ),
        facts={"who": asking.name, "email": asking.email, "name": found.name},
        link=f"/organisations/{found.public_id}/people", at=at, key=f"join-{found.id}-{asking.id}",
    )  # fmt: skip
    record(
        session, action="enrolment.asked", subject=f"organisation:{found.public_id}", actor_id=actor.user_id, at=at
    )  # fmt: skip
