"""Beginning an initiative, standing by it, doing its tasks, telling what was learned."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.clusters.rules import Cluster
from coops.clusters.services import keep_cluster
from coops.initiatives import errors, queries, rules
from coops.initiatives.models import (
    Initiative,
    InitiativeCoach,
    InitiativeFounder,
    InitiativeLearned,
    InitiativeRequest,
    InitiativeTask,
)
from coops.viability.rules import Assumptions
from cwb.audit.services import record
from cwb.identity.events import UserErased
from cwb.identity.models import User
from cwb.identity.queries import programme_people
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.text import N_, search_key
from cwb.notifications.services import mail_each


def start_initiative(
    session: Session, *, sentence: str, category: str, place_code: str | None = None, cluster_id: int | None = None,
    user_id: int, at: datetime,
) -> Initiative:  # fmt: skip
    """Begin one with a sentence. Who begins it has not signed yet.

    Raises:
        SentenceMissing, BsnFound, StartedBefore: at the field.
    """
    begun = {search_key(each.sentence) for each in queries.begun_by(session, user_id)}
    if search_key(sentence) in begun:
        raise errors.StartedBefore(field="sentence")
    made = Initiative(
        sentence=sentence, category=category, place_code=place_code or None, cluster_id=cluster_id,
        started_by_id=user_id, started_at=at, founders=[], evidence=[],
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, made, "started", user_id, at)
    return made


def start_from_cluster(
    session: Session, *, cluster: Cluster, assumed: Assumptions, sentence: str, user_id: int, at: datetime
) -> Initiative:
    """Keep a cluster with its reckoning, and begin an initiative that answers it.

    Raises:
        HoursUnknown: no need of it tells its hours.
        SentenceMissing, BsnFound, StartedBefore: at the field.
    """
    kept = keep_cluster(session, cluster=cluster, assumed=assumed, user_id=user_id, at=at)
    return start_initiative(
        session, sentence=sentence, category=cluster.category, place_code=cluster.centre, cluster_id=kept.id,
        user_id=user_id, at=at,
    )  # fmt: skip


def sign_intent(
    session: Session, *, initiative: Initiative, stands: bool, user_id: int, at: datetime
) -> Initiative:
    """Sign the intent to found it, or take that back. Twice the same changes nothing.

    Who did not begin it and never founded it asks; the group answers.

    Raises:
        InitiativeStopped: it ended (taking back is always possible).
    """
    found = queries.locked_initiative(session, initiative.id)
    mine = next((each for each in found.founders if each.user_id == user_id), None)
    if not stands:
        if (asked := queries.find_request(session, found.id, user_id)) and asked.answered_at is None:
            session.delete(asked)
            session.flush()
        if mine is not None and mine.left_at is None:
            mine.left_at = at
            session.flush()
            note(session, found, "left", user_id, at)
            write_to_people(
                session, found, N_("Iemand richt niet meer mee op"),
                N_("Iemand trok de handtekening onder “%(title)s” in. Op de bladzijde staat hoe u verder gaat."), {},
                f"initiative-left-{user_id}-{at.isoformat()}", at, but=user_id,
            )  # fmt: skip
        return found
    check_running(found)
    if mine is None and user_id != found.started_by_id:
        return _ask(session, found, user_id, at)
    if mine is None:
        found.founders.append(InitiativeFounder(user_id=user_id, signed_at=at))
    elif mine.left_at is not None:
        mine.signed_at, mine.left_at = at, None
    else:
        return found
    return _signed(session, found, user_id, at)


def let_in(session: Session, *, initiative: Initiative, user_id: int, at: datetime) -> Initiative:
    """The signature of somebody whose request was accepted."""
    initiative.founders.append(InitiativeFounder(user_id=user_id, signed_at=at))
    return _signed(session, initiative, user_id, at)


def _signed(session: Session, found: Initiative, user_id: int, at: datetime) -> Initiative:
    session.flush()
    note(session, found, "signed", user_id, at)
    write_to_people(
        session, found, N_("Iemand tekende mee"),
        N_("Iemand tekende om “%(title)s” mee op te richten. Spreek samen af wat u nu doet."), {},
        f"initiative-signed-{user_id}", at, but=user_id,
    )  # fmt: skip
    return found


def _ask(session: Session, found: Initiative, user_id: int, at: datetime) -> Initiative:
    """Ask to found it along; who was declined may ask again."""
    asked = queries.find_request(session, found.id, user_id)
    if asked is not None and asked.answered_at is None:
        return found
    facts = {"initiative_id": found.id, "user_id": user_id, "asked_at": at, "word": ""}
    session.merge(InitiativeRequest(**facts, answered_at=None, answered_by_id=None, accepted=None))
    session.flush()
    note(session, found, "asked", user_id, at)
    write_to_people(
        session, found, N_("Iemand wil mee oprichten"),
        N_("Iemand vraagt om “%(title)s” mee op te richten. Geef antwoord op de bladzijde."), {},
        f"initiative-asked-{user_id}", at, but=user_id,
    )  # fmt: skip
    return found


def add_task(
    session: Session,
    *,
    initiative: Initiative,
    text: str,
    owner: str,
    due_on: date,
    user_id: int,
    at: datetime,
) -> InitiativeTask:
    """Write down what is to be done, by whom and until when; everyone sees whether it was.

    Raises:
        InitiativeStopped.
        TaskMissing, TaskBehind: at the field.
    """
    found = queries.locked_initiative(session, initiative.id)
    check_running(found)
    rules.check_task(text, owner, due_on, today=local_date(at))
    made = InitiativeTask(
        initiative_id=found.id, text=text.strip(), owner=owner, due_on=due_on, added_by_id=user_id, added_at=at
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def finish_task(session: Session, *, task: InitiativeTask, user_id: int, at: datetime) -> InitiativeTask:
    """Say that a task is done.

    Raises:
        TaskDone: it was already.
    """
    if task.done_at is not None:
        raise errors.TaskDone
    task.done_at, task.done_by_id = at, user_id
    session.flush()
    return task


def tell_learned(
    session: Session,
    *,
    initiative: Initiative,
    text: str,
    need_id: int | None = None,
    user_id: int,
    at: datetime,
) -> InitiativeLearned:
    """Tell everyone what the initiative heard of coming work.

    Raises:
        LearnedMissing, BsnFound: at the field.
    """
    if not text.strip():
        raise errors.LearnedMissing(field="text")
    refuse_bsn(text=text)
    made = InitiativeLearned(
        initiative_id=initiative.id, need_id=need_id, text=text.strip(), told_by_id=user_id, told_at=at
    )
    session.add(made)
    session.flush()
    note(session, initiative, "learned", user_id, at)
    return made


def coach_initiative(
    session: Session, *, initiative: Initiative, coaches: bool, user_id: int, at: datetime
) -> Initiative:
    """Guide an initiative, or no longer.

    Raises:
        CoachThere: somebody else does.
    """
    found = queries.locked_initiative(session, initiative.id)
    if coaches:
        if found.coach_id not in {None, user_id}:
            raise errors.CoachThere
        found.coach_id = user_id
        session.execute(
            insert(InitiativeCoach)
            .values(initiative_id=found.id, user_id=user_id, since=at)
            .on_conflict_do_nothing()
        )
        write_to_people(
            session, found, N_("Uw initiatief heeft een begeleider"),
            N_("Iemand begeleidt nu “%(title)s”. Op de bladzijde staan de taken."), {},
            f"initiative-coached-{user_id}", at, but=user_id,
        )  # fmt: skip
    elif found.coach_id == user_id:
        found.coach_id = None
    session.flush()
    note(session, found, "coached" if coaches else "coach_left", user_id, at)
    return found


def write_to_people(
    session: Session, found: Initiative, subject: str, text: str, facts: Mapping[str, object], key: str, at: datetime,
    but: int | None = None,
) -> None:  # fmt: skip
    """Mail its founders and its coach, or the programme where it has neither; not `but`. Once for each `key`.

    %(title)s is known.
    """
    own = list(
        session.scalars(select(User).where(User.id.in_(queries.leaders(session, found))).order_by(User.id))
    )
    told = [each for each in own or programme_people(session) if each.id != but]
    mail_each(
        session, told, subject=subject, text=text, facts={"title": found.sentence, **facts},
        link=f"/incubator/{found.public_id}", at=at, key=f"{key}-{found.id}",
    )  # fmt: skip


def forget(session: Session, event: UserErased) -> None:
    """An account was erased: its signature no longer stands, so a group of two falls back."""
    session.execute(
        update(InitiativeFounder)
        .where(InitiativeFounder.user_id == event.user_id, InitiativeFounder.left_at.is_(None))
        .values(left_at=event.at)
    )
    session.execute(
        delete(InitiativeRequest).where(
            InitiativeRequest.user_id == event.user_id, InitiativeRequest.answered_at.is_(None)
        )
    )
    session.execute(update(Initiative).where(Initiative.coach_id == event.user_id).values(coach_id=None))


def check_running(found: Initiative) -> None:
    """Nothing more is done once it stopped."""
    if found.stopped_at is not None:
        raise errors.InitiativeStopped


def note(session: Session, found: Initiative, what: str, user_id: int, at: datetime, **facts: str) -> None:
    """Keep in the log what was done."""
    record(
        session, action=f"initiative.{what}", subject=f"initiative:{found.public_id}", actor_id=user_id, facts=facts,
        at=at,
    )  # fmt: skip
