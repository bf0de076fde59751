"""The papers, each behind the guard of the page it belongs to."""

from uuid import UUID

from flask import Blueprint, Response

from coops.capital import policy as capital_policy
from coops.capital import queries as capital
from coops.capital.errors import ReceiptNotFound
from coops.capital.rules import RECEIPTS, book_year, over_year
from coops.meetings import policy as meetings_policy
from coops.meetings import queries as meetings
from coops.meetings.errors import MeetingNotFound
from coops.meetings.models import Attendance, Motion
from coops.member_papers import rules as paper
from coops.member_papers.rules import About, Called, Decided, Held, receipt, statement
from coops.members import queries as registers
from coops.members.models import Member
from coops.members.views import home
from coops.votes import policy as votes_policy
from coops.votes import queries as votes
from coops.votes.rules import CHOICE_NAMES, Choice, Tally
from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.kernel.text import N_
from cwb.web.guards import guarded
from cwb.web.i18n import language
from cwb.web.pages import pdf_file
from cwb.web.request import actor, db, now

bp = Blueprint("member_papers", __name__)


@bp.get("/members/<uuid:public_id>/capital/<int:year>.pdf")
@guarded(capital_policy.KEEP)
def statement_of(public_id: UUID, year: int) -> Response:
    """The year of a member, for the board."""
    return _statement(registers.member(db(), public_id, home()), year)


@bp.get("/membership/capital/<int:year>.pdf")
@guarded(capital_policy.OWN)
def own_statement(year: int) -> Response:
    """One's own year."""
    return _statement(registers.own(db(), actor()), year)


@bp.get("/members/<uuid:public_id>/capital/receipts/<uuid:transfer_id>.pdf")
@guarded(capital_policy.KEEP)
def receipt_of(public_id: UUID, transfer_id: UUID) -> Response:
    """That a member paid, for the board."""
    return _receipt(registers.member(db(), public_id, home()), transfer_id)


@bp.get("/membership/capital/receipts/<uuid:transfer_id>.pdf")
@guarded(capital_policy.OWN)
def own_receipt(transfer_id: UUID) -> Response:
    """That one paid."""
    return _receipt(registers.own(db(), actor()), transfer_id)


def _about(member: Member) -> About:
    return About(actor().organisation_name, member.number, member.name)


def _statement(member: Member, year: int) -> Response:
    period = book_year(year)
    lines = capital.lines(db(), [member], before=period.end)[member.id]
    made = statement(
        Words(language()), _about(member), year, over_year(lines, period),
        [line for line in lines if line.day >= period.start], now(),
    )  # fmt: skip
    return pdf_file(f"lid-{member.number}-{year}", pdf(made))


def _receipt(member: Member, transfer_id: UUID) -> Response:
    for line in capital.lines(db(), [member])[member.id]:
        if line.transfer == str(transfer_id) and line.kind in RECEIPTS:
            return pdf_file(
                f"lid-{member.number}-betaling", pdf(receipt(Words(language()), _about(member), line, now()))
            )
    raise ReceiptNotFound


@bp.get("/meetings/<uuid:public_id>/convocation.pdf")
@guarded(meetings_policy.LEAD)
def convocation(public_id: UUID) -> Response:
    """The call to a meeting on paper, for members whom no mail reaches."""
    found = meetings.meeting(db(), public_id, home())
    if found.convened_at is None:
        raise MeetingNotFound
    called = Called(
        actor().organisation_name, found.title, found.meets_at, found.place, found.agenda,
        [(each.title, each.text) for each in found.motions], found.convened_at,
    )  # fmt: skip
    return pdf_file("oproep", pdf(paper.convocation(Words(language()), called)))


@bp.get("/meetings/<uuid:public_id>/minutes.pdf")
@guarded(votes_policy.VOTE)
def minutes(public_id: UUID) -> Response:
    """The minutes of a meeting that is closed, for every member."""
    found = meetings.meeting(db(), public_id, home())
    if found.closed_at is None:
        raise MeetingNotFound
    words = Words(language())
    tallies = votes.tallies(db(), [each.id for each in found.motions])
    held = Held(
        actor().organisation_name, found.title, found.meets_at, found.place, len(votes.here(db(), found.id)),
        found.voters or 0, [_person(words, each) for each in meetings.attendance(db(), found.id)], found.agenda,
        found.minutes, [_decided(words, each, tallies.get(each.id, Tally())) for each in found.motions],
        found.closed_at, found.quorum_percent,
    )  # fmt: skip
    return pdf_file("notulen", pdf(paper.minutes(words, held)))


def _person(words: Words, attending: Attendance) -> str:
    if attending.holder is None:
        return attending.member.name
    return words.text(
        N_("%(name)s, met volmacht aan %(holder)s"), name=attending.member.name, holder=attending.holder.name
    )


def _decided(words: Words, motion: Motion, tally: Tally) -> Decided:
    names = [
        (member.name, words.text(CHOICE_NAMES[Choice(choice)]))
        for member, choice in votes.open_votes(db(), motion.id)
    ]
    return Decided(
        motion.title, motion.text, motion.secret, motion.outcome or "", tally, names, motion.majority,
        motion.withdrawn_why,
    )  # fmt: skip
