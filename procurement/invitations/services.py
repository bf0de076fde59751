"""Choosing whom to invite, and sending the invitations when the tender is published."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from coops.commitments.rules import Publication
from coops.commitments.services import propose_kept
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.advice.rules import Law
from procurement.invitations import errors, queries, rules
from procurement.invitations.models import Invitee
from procurement.invitations.rules import Turn
from procurement.procedures.rules import Access, row_of, years_between
from procurement.tenders.events import TenderPublished
from procurement.tenders.models import Tender
from procurement.tenders.services import admit, draft_changed, follow_tender, locked_draft, note_act


def suggest(session: Session, *, tender: Tender, law: Law, at: datetime) -> list[Turn]:
    """Whose turn it is for a tender, with the arithmetic; those already on the list included."""
    chosen = law.settings
    found = queries.pasts(session, tender, months=chosen.rotation_months, at=at)
    return rules.rotation(found, _needed(tender, law))


def _needed(tender: Tender, law: Law) -> Money:
    years = None
    if tender.starts_on is not None and tender.ends_on is not None:
        years = years_between(tender.starts_on, tender.ends_on)
    return rules.needed(Money(tender.value_minor or 0), years, law.settings.capacity_percent)


def turn_of(session: Session, *, tender: Tender, organisation: Organisation, law: Law, at: datetime) -> Turn:
    """The place of one organisation; after everybody else when the suggestion does not know it."""
    turns = suggest(session, tender=tender, law=law, at=at)
    found = next((each for each in turns if each.past.organisation_id == organisation.id), None)
    if found is not None:
        return found
    past = queries.past_of(session, tender, organisation, months=law.settings.rotation_months, at=at)
    alone = rules.rotation([past], _needed(tender, law))[0]
    return Turn(past, len(turns) + 1, alone.needed, alone.fits)


def invite(
    session: Session, *, tender: Tender, organisation: Organisation | None, reason: str, law: Law, user_id: int,
    at: datetime,
) -> Invitee:  # fmt: skip
    """Put an organisation on the list of a draft, with the reason. Takes back an earlier review.

    Raises:
        NotDraft: published or withdrawn.
        NothingToInvite, OrganisationUnknown, NotToInvite, AlreadyInvited, TooManyInvited,
        InvitationReasonMissing: input.
    """
    reason = rules.check_reason(reason)
    tender = locked_draft(session, tender, None)
    row = rules.check_row(row_of(tender.procedure_facts))
    if organisation is None:
        raise errors.OrganisationUnknown(field="kvk")
    if organisation.id == tender.buyer_id or not organisation.kvk_number:
        raise errors.NotToInvite
    there = queries.invited(session, tender.id)
    if any(each.organisation_id == organisation.id for each in there):
        raise errors.AlreadyInvited
    rules.check_room(len(there), row)
    turn = turn_of(session, tender=tender, organisation=organisation, law=law, at=at)
    made = Invitee(
        tender_id=tender.id, organisation_id=organisation.id, reason=reason, rotation=turn.kept(),
        added_by_id=user_id, added_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    draft_changed(session, tender, "invitees", user_id, at)
    return made


def take_off(session: Session, *, tender: Tender, made: Invitee, user_id: int, at: datetime) -> None:
    """Take an organisation off the list of a draft.

    Raises:
        NotDraft: the invitations went out.
    """
    tender = locked_draft(session, tender, None)
    session.delete(made)
    session.flush()
    draft_changed(session, tender, "invitees", user_id, at)


def check_invited(session: Session, tender: Tender) -> None:
    """A tender by invitation has as many invitees as its procedure asks.

    Raises:
        TooFewInvited, TooManyInvited.
    """
    row = row_of(tender.procedure_facts)
    if row is not None and row.access == Access.INVITED:
        rules.check_enough(queries.count(session, tender.id), row)


def send_invitations(session: Session, *, tender: Tender, user_id: int, at: datetime) -> Sequence[Invitee]:
    """Let the invitees of a tender in that was published just now, and write to each. Nobody reads of another."""
    found = queries.invited(session, tender.id)
    for each in found:
        admit(session, tender_id=tender.id, organisation_id=each.organisation_id, at=at)
        follow_tender(session, tender_id=tender.id, organisation_id=each.organisation_id, at=at)
        mail_each(
            session, people_with(session, each.organisation_id, Role.BOARD, Role.MEMBER),
            subject=N_("Uitnodiging: %(title)s"),
            text=N_(
                "%(buyer)s nodigt u uit om een offerte te maken: “%(title)s”.\n\n"
                "Inschrijven kan tot %(closes_at)s. Alleen genodigden zien deze opdracht."
            ),
            facts={"buyer": tender.buyer.name, "title": tender.title, "closes_at": tender.closes_at},
            link=f"/tenders/{tender.number}", at=at, key=f"invitation-{each.id}",
        )  # fmt: skip
    note_act(session, "tender.invited", tender, user_id, at, invited=len(found))
    return found


def hear_published(session: Session, event: TenderPublished) -> None:
    """What the buyer committed to initiatives may be kept with this: it is asked to say so."""
    tender = session.get_one(Tender, event.tender_id)
    invited = frozenset(each.organisation_id for each in queries.invited(session, tender.id))
    done = Publication(tender.number, tender.category, invited)
    propose_kept(session, organisation_id=tender.buyer_id, done=done)
