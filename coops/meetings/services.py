"""Planning and holding meetings."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from coops.meetings import errors, queries, rules
from coops.meetings.models import Attendance, Meeting, MeetingSetting, Motion
from coops.meetings.rules import MeetingFacts, MeetingTerms, MotionFacts, State
from coops.members import queries as registers
from coops.members.models import Member
from coops.members.rules import VOTING, MemberKind
from coops.members.services import hold_register, write_to
from coops.register.models import CooperativeClaim
from coops.register.queries import find_locked
from coops.register.rules import Claim
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_


def set_terms(
    session: Session, *, terms: MeetingTerms, version: int, actor: Actor, at: datetime
) -> MeetingSetting:
    """Write down what the statutes say about meetings; meetings that were planned keep what they had.

    Raises:
        Forbidden: not the board.
        TermsChanged: somebody was first. `version` is 0 for the first time.
        TermInvalid: at the field.
    """
    home = hold_register(session, actor)
    rules.check_terms(terms)
    found = queries.find_setting(session, home)
    if (found.version if found else 0) != version:
        raise errors.TermsChanged
    if found is None:
        found = MeetingSetting(organisation_id=home)
        session.add(found)
    for name, value in asdict(terms).items():
        setattr(found, name, value)
    found.version, found.saved_by_id, found.saved_at = version + 1, actor.user_id, at
    session.flush()
    record(
        session, action="meeting.terms", subject=f"organisation:{home}", actor_id=actor.user_id,
        facts=asdict(terms), at=at,
    )  # fmt: skip
    return found


def plan_meeting(
    session: Session, *, facts: MeetingFacts, instead_of: Meeting | None = None, actor: Actor, at: datetime
) -> Meeting:
    """Prepare a meeting, under the rules of today; `instead_of` one that was called off it takes over the motions.

    Raises:
        Forbidden, MeetingNotFound: not the board, or another cooperative's.
        RuleBroken: TextMissing, TooLateToConvene: sooner than it can be called together; NotCalledOff.
    """
    home = hold_register(session, actor)
    old = [] if instead_of is None else _freed(instead_of, home)
    terms = queries.terms(session, home)
    title, place = rules.check_text(facts.title, "title"), rules.check_text(facts.place, "place")
    rules.check_convocation(terms, facts.meets_at, at, motions=1)
    made = Meeting(
        organisation_id=home, title=title, meets_at=facts.meets_at, place=place, agenda=facts.agenda.strip(),
        **asdict(terms), planned_by_id=actor.user_id, planned_at=at, minutes="",
        motions=[
            Motion(
                position=each.position, title=each.title, text=each.text, secret=each.secret, majority=each.majority
            )
            for each in old
        ],
    )  # fmt: skip
    session.add(made)
    return _done(session, "meeting.planned", made, actor, at)


def _freed(meeting: Meeting, home: int) -> list[Motion]:
    """The motions of a meeting that was called off: they may be put again."""
    if meeting.organisation_id != home:
        raise errors.MeetingNotFound
    if meeting.state is not State.CALLED_OFF:
        raise errors.NotCalledOff
    return meeting.motions


def add_motion(
    session: Session, *, meeting: Meeting, facts: MotionFacts, actor: Actor, at: datetime
) -> Motion:
    """Put something on the agenda, before members are called together.

    Raises:
        Forbidden, MeetingNotFound: not the board of this cooperative.
        AgendaFixed: they were called together.
        TextMissing, SecretForPeople: at the field.
    """
    meeting = _hold(session, meeting, actor)
    if meeting.state is not State.DRAFT:
        raise errors.AgendaFixed
    rules.check_motion(facts)
    made = Motion(
        meeting_id=meeting.id, position=len(meeting.motions) + 1, title=facts.title.strip(),
        text=facts.text.strip(), secret=facts.secret, majority=facts.majority.value,
    )  # fmt: skip
    meeting.motions.append(made)
    _done(session, "meeting.motion", meeting, actor, at)
    return made


def drop_motion(
    session: Session, *, meeting: Meeting, public_id: UUID, actor: Actor, at: datetime
) -> Meeting:
    """Take something off an agenda that nobody but the board saw; what came after it moves up.

    Raises:
        Forbidden, MeetingNotFound, MotionNotFound: not the board of this cooperative, or no such motion.
        AgendaFixed: they were called together.
    """
    meeting = _hold(session, meeting, actor)
    if meeting.state is not State.DRAFT:
        raise errors.AgendaFixed
    gone = next((each for each in meeting.motions if each.public_id == public_id), None)
    if gone is None:
        raise errors.MotionNotFound
    meeting.motions.remove(gone)
    session.delete(gone)
    session.flush()
    for place, each in enumerate(meeting.motions, start=1):
        each.position = place
        session.flush()
    return _done(session, "meeting.motion_dropped", meeting, actor, at)


def convene(session: Session, *, meeting: Meeting, actor: Actor, at: datetime) -> Meeting:
    """Call all members together, in time: everybody with a mail address gets the agenda.

    Raises:
        Forbidden, MeetingNotFound: not the board of this cooperative.
        AgendaFixed: they were called together.
        RuleBroken: NoMotions, TooLateToConvene.
    """
    meeting = _hold(session, meeting, actor)
    if meeting.state is not State.DRAFT:
        raise errors.AgendaFixed
    rules.check_convocation(meeting.terms, meeting.meets_at, at, len(meeting.motions))
    meeting.convened_at = at
    session.flush()
    told = {
        "place": meeting.place, "motions": "\n".join(f"{each.position}. {each.title}" for each in meeting.motions),
    }  # fmt: skip
    _tell(
        session, meeting, actor, at, key="convocation", kinds=VOTING, subject=N_("Oproep voor de ledenvergadering"),
        text=N_(
            "Beste %(name)s,\n\n%(coop)s vergadert op %(when)s: %(title)s. Plaats: %(place)s.\n\n"
            "De voorstellen:\n%(motions)s\n\nKunt u niet? Geef een ander lid een volmacht."
        ),
        **told,
    )  # fmt: skip
    _tell(
        session, meeting, actor, at, key="convocation", kinds=frozenset(MemberKind) - VOTING,
        subject=N_("Oproep voor de ledenvergadering"),
        text=N_(
            "Beste %(name)s,\n\n%(coop)s vergadert op %(when)s: %(title)s. Plaats: %(place)s.\n\n"
            "De voorstellen:\n%(motions)s\n\nAls steunend lid hebt u geen stem. U mag wel komen en meepraten."
        ),
        **told,
    )  # fmt: skip
    return _done(session, "meeting.convened", meeting, actor, at)


def call_off(session: Session, *, meeting: Meeting, why: str, actor: Actor, at: datetime) -> Meeting:
    """Call off a meeting that has not opened: everybody who was called hears why. Its agenda stays to be read.

    Raises:
        Forbidden, MeetingNotFound: not the board of this cooperative.
        NotCalled: not called together, open or closed, or called off before.
        TextMissing: no reason.
    """
    meeting = _hold(session, meeting, actor)
    if meeting.state is not State.CONVENED:
        raise errors.NotCalled
    meeting.called_off_at, meeting.called_off_why = at, rules.check_text(why, "why")
    session.flush()
    _tell(
        session, meeting, actor, at, key="called-off", subject=N_("De ledenvergadering gaat niet door"),
        text=N_(
            "Beste %(name)s,\n\nDe vergadering “%(title)s” van %(coop)s op %(when)s gaat niet door. De reden:\n\n"
            "%(why)s\n\nU hoeft niets te doen. Een volmacht vervalt. Over de voorstellen is niet gestemd."
        ),
        why=meeting.called_off_why,
    )  # fmt: skip
    return _done(session, "meeting.called_off", meeting, actor, at)


def open_meeting(session: Session, *, meeting: Meeting, actor: Actor, at: datetime) -> Meeting:
    """Open a meeting on its day; how many votes there are is fixed now.

    Raises:
        Forbidden, MeetingNotFound: not the board of this cooperative.
        NotYet, NotOpen: not its day, or opened before.
    """
    meeting = _hold(session, meeting, actor)
    rules.check_opening(meeting.state, meeting.meets_at, at)
    meeting.opened_at, meeting.voters = at, len(queries.voters(session, meeting.organisation_id))
    return _done(session, "meeting.opened", meeting, actor, at)


def close_meeting(session: Session, *, meeting: Meeting, minutes: str, actor: Actor, at: datetime) -> Meeting:
    """Close a meeting with its minutes; nothing of it changes afterwards. The register hears its day, as declared.

    Raises:
        Forbidden, MeetingNotFound: not the board of this cooperative.
        NotOpen: it is not open.
        RuleBroken: TextMissing, MotionsOpen.
    """
    meeting = _hold(session, meeting, actor)
    if meeting.state is not State.OPEN:
        raise errors.NotOpen
    if any(each.closed_at is None for each in meeting.motions):
        raise errors.MotionsOpen
    meeting.minutes = rules.check_text(minutes, "minutes")
    meeting.closed_at = at
    _declare(session, meeting, at)
    return _done(session, "meeting.closed", meeting, actor, at)


def come(session: Session, *, meeting: Meeting, member: Member, at: datetime) -> Attendance:
    """Note that a member is there; a proxy that was given ends. For the reader's own row, or called by `note_present`.

    Raises:
        NotOpen: the meeting is not open.
        NoVote, MeetingNotFound: a supporting member, or another cooperative's.
    """
    meeting = queries.held(session, meeting, shared=True)
    if meeting.state is not State.OPEN:
        raise errors.NotOpen
    return _attend(session, meeting, member, None, at)


def note_present(
    session: Session, *, meeting: Meeting, members: Sequence[Member], actor: Actor, at: datetime
) -> None:
    """The board notes who is in the room.

    Raises:
        Forbidden, MeetingNotFound: not the board of this cooperative.
        NotOpen, NoVote: as `come`.
    """
    meeting = _hold(session, meeting, actor)
    for each in members:
        come(session, meeting=meeting, member=each, at=at)


def give_proxy(
    session: Session, *, meeting: Meeting, giver: Member, holder: Member, at: datetime
) -> Attendance:
    """Let another member vote; `giver` is the reader's own row. Again with another holder replaces it.

    Raises:
        NotOpen: not called together, or closed.
        RuleBroken: ProxyInvalid, TooManyProxies, NoVote.
    """
    meeting = queries.held(session, meeting)
    if meeting.state not in {State.CONVENED, State.OPEN}:
        raise errors.NotOpen
    there = queries.find_attendance(session, meeting.id, giver.id)
    other = queries.find_attendance(session, meeting.id, holder.id)
    rules.check_proxy(
        giver=giver.id, holder=holder.id, is_present=there is not None and there.holder_id is None,
        holder_is_represented=other is not None and other.holder_id is not None,
        giver_holds=_held(session, meeting, giver),
    )  # fmt: skip
    _check_vote(meeting, holder)
    if _held(session, meeting, holder, besides=giver) >= meeting.proxies_most:
        raise errors.TooManyProxies(most=meeting.proxies_most, field="holder")
    return _attend(session, meeting, giver, holder, at)


def take_back_proxy(session: Session, *, meeting: Meeting, giver: Member) -> None:
    """Take a proxy back before the meeting opens; once it is open, coming ends it.

    Raises:
        NotOpen: the meeting has opened or closed.
    """
    meeting = queries.held(session, meeting)
    if meeting.state is not State.CONVENED:
        raise errors.NotOpen
    session.execute(
        delete(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.member_id == giver.id)
    )


def _declare(session: Session, meeting: Meeting, at: datetime) -> None:
    """State the day of this meeting in the register, if it is later than what stands there: as its minutes say."""
    profile = find_locked(session, meeting.organisation_id)
    if profile is None:
        return
    day = local_date(meeting.meets_at).isoformat()
    stated = next((each for each in profile.claims if each.code == Claim.LAST_MEETING), None)
    if stated is None:
        profile.claims.append(
            CooperativeClaim(code=Claim.LAST_MEETING.value, value=day, since=at, declared_at=at, minuted=True)
        )
    elif stated.value < day:
        stated.value, stated.since, stated.declared_at, stated.minuted = day, at, at, True


def _attend(
    session: Session, meeting: Meeting, member: Member, holder: Member | None, at: datetime
) -> Attendance:
    _check_vote(meeting, member)
    facts = {"holder_id": holder.id if holder else None, "noted_at": at}
    session.execute(
        postgresql.insert(Attendance)
        .values(meeting_id=meeting.id, member_id=member.id, **facts)
        .on_conflict_do_update(index_elements=[Attendance.meeting_id, Attendance.member_id], set_=facts)
    )
    return session.get_one(Attendance, (meeting.id, member.id), populate_existing=True)


def _check_vote(meeting: Meeting, member: Member) -> None:
    if member.organisation_id != meeting.organisation_id:
        raise errors.MeetingNotFound
    if member.kind not in VOTING or member.left_on is not None:
        raise errors.NoVote


def _held(session: Session, meeting: Meeting, holder: Member, besides: Member | None = None) -> int:
    statement = select(func.count()).where(
        Attendance.meeting_id == meeting.id, Attendance.holder_id == holder.id
    )
    if besides is not None:
        statement = statement.where(Attendance.member_id != besides.id)
    return session.scalar(statement) or 0


def _hold(session: Session, meeting: Meeting, actor: Actor) -> Meeting:
    """A meeting of the board's own cooperative as it is now, held until the transaction ends."""
    if meeting.organisation_id != hold_register(session, actor):
        raise errors.MeetingNotFound
    queries.held(session, meeting)
    return queries.meeting(session, meeting.public_id, meeting.organisation_id)


def _tell(
    session: Session, meeting: Meeting, actor: Actor, at: datetime, *, key: str, subject: str, text: str,
    kinds: Collection[str] = frozenset(MemberKind), **more: object,
) -> None:  # fmt: skip
    """Write to every member of these kinds about a meeting, once."""
    told = {"coop": actor.organisation_name, "when": meeting.meets_at, "title": meeting.title, **more}
    write_to(
        session, [each for each in registers.members(session, meeting.organisation_id) if each.kind in kinds],
        subject=subject, text=text,
        facts=lambda _member: told, link=f"/meetings/{meeting.public_id}", at=at, key=f"{key}-{meeting.id}",
    )  # fmt: skip


def _done(session: Session, action: str, meeting: Meeting, actor: Actor, at: datetime) -> Meeting:
    """The end of every act: written, and noted in the log."""
    session.flush()
    record(session, action=action, subject=f"meeting:{meeting.public_id}", actor_id=actor.user_id, at=at)
    return meeting
