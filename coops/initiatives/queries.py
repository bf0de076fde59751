"""Reading initiatives. Names of people are in none of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from coops.initiatives import rules
from coops.initiatives.errors import EvidenceGone, InitiativeNotFound, TaskGone
from coops.initiatives.models import (
    Initiative,
    InitiativeCoach,
    InitiativeEvidence,
    InitiativeFounder,
    InitiativeLearned,
    InitiativeRequest,
    InitiativeTask,
)
from coops.needs.models import Need
from coops.papers.models import CooperativePaper
from coops.register.models import Cooperative
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, TODAY, USER, Tasks, Waiting, rows
from ledger.agreements.models import Agreement, AgreementSupplier

_WHOLE = (selectinload(Initiative.founders), selectinload(Initiative.evidence))


def initiatives(session: Session, category: str = "", place: str = "") -> Sequence[Initiative]:
    """All of them with what shows their steps, running ones first, the newest first."""
    statement = select(Initiative).options(*_WHOLE)
    if category:
        statement = statement.where(Initiative.category == category)
    if place:
        statement = statement.where(Initiative.place_code == place)
    return session.scalars(
        statement.order_by(
            Initiative.stopped_at.is_not(None), Initiative.started_at.desc(), Initiative.id.desc()
        )
    ).all()


def initiative(session: Session, public_id: UUID) -> Initiative:
    """One with what shows its steps.

    Raises:
        InitiativeNotFound: none.
    """
    found = find_initiative(session, public_id)
    if found is None:
        raise InitiativeNotFound
    return found


def find_initiative(session: Session, public_id: UUID) -> Initiative | None:
    """One with what shows its steps, if it is there."""
    return session.scalars(
        select(Initiative).where(Initiative.public_id == public_id).options(*_WHOLE)
    ).one_or_none()


def locked_initiative(session: Session, initiative_id: int) -> Initiative:
    """One as it is now, held until the transaction ends."""
    return session.scalars(
        select(Initiative)
        .where(Initiative.id == initiative_id)
        .options(*_WHOLE)
        .with_for_update(of=Initiative)
        .execution_options(populate_existing=True)
    ).one()


def ladder_of(found: Initiative, today: date) -> rules.Ladder:
    """Where an initiative stands on a day."""
    started = local_date(found.started_at)
    return rules.ladder(
        started, [each.signature for each in found.founders], [each.shown for each in found.evidence], today=today
    )  # fmt: skip


def evidence(session: Session, initiative_id: int, public_id: UUID) -> InitiativeEvidence:
    """A piece of evidence of this initiative, held.

    Raises:
        EvidenceGone: none, or of another.
    """
    found = session.scalars(
        select(InitiativeEvidence)
        .where(InitiativeEvidence.public_id == public_id, InitiativeEvidence.initiative_id == initiative_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise EvidenceGone
    return found


def paper(session: Session, initiative_id: int, public_id: UUID) -> CooperativePaper:
    """The file of a piece of evidence of this initiative.

    Raises:
        EvidenceGone: no such evidence, or none with a file.
    """
    found = session.scalars(
        select(CooperativePaper)
        .join(InitiativeEvidence, InitiativeEvidence.paper_id == CooperativePaper.id)
        .where(InitiativeEvidence.public_id == public_id, InitiativeEvidence.initiative_id == initiative_id)
    ).one_or_none()
    if found is None:
        raise EvidenceGone
    return found


def task(session: Session, initiative_id: int, public_id: UUID) -> InitiativeTask:
    """A task of this initiative, held.

    Raises:
        TaskGone: none, or of another.
    """
    found = session.scalars(
        select(InitiativeTask)
        .where(InitiativeTask.public_id == public_id, InitiativeTask.initiative_id == initiative_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise TaskGone
    return found


def tasks_of(session: Session, initiative_id: int) -> Sequence[InitiativeTask]:
    """Its tasks, those to be done first."""
    return session.scalars(
        select(InitiativeTask)
        .where(InitiativeTask.initiative_id == initiative_id)
        .order_by(InitiativeTask.done_at.is_not(None), InitiativeTask.due_on, InitiativeTask.id)
    ).all()


def find_request(session: Session, initiative_id: int, user_id: int) -> InitiativeRequest | None:
    """Whether and how somebody asked to found it along."""
    return session.get(InitiativeRequest, (initiative_id, user_id), populate_existing=True)


def leaders(session: Session, found: Initiative) -> set[int]:
    """Who leads it and decides whether it stops: its founders and its coach, erased accounts not."""
    leads = _founded_by(User.id) | (Initiative.coach_id == User.id)
    own = select(User.id).join(Initiative, leads).where(Initiative.id == found.id, User.erased_at.is_(None))
    return set(session.scalars(own))


def of_another(session: Session, kvk: str, founders: set[int]) -> bool:
    """Whether the number is of an organisation that is here, and of which none of these people is."""
    owner_id = session.scalar(select(Organisation.id).where(Organisation.kvk_number == kvk))
    if owner_id is None:
        return False
    held = select(Mandate.id).where(
        Mandate.organisation_id == owner_id, Mandate.user_id.in_(founders), Mandate.ended_at.is_(None)
    )
    return session.scalar(held.limit(1)) is None


Heard = tuple[InitiativeLearned, Initiative, Need | None]


def heard(session: Session, *, initiative_id: int | None = None, number: str = "") -> Sequence[Heard]:
    """What initiatives heard of coming work, the newest first, with the public need it is about: open to all."""
    statement = (
        select(InitiativeLearned, Initiative, Need)
        .join(Initiative, Initiative.id == InitiativeLearned.initiative_id)
        .outerjoin(Need, (Need.id == InitiativeLearned.need_id) & (Need.visibility == "public"))
        .order_by(InitiativeLearned.told_at.desc(), InitiativeLearned.id.desc())
        .limit(200)
    )
    if initiative_id is not None:
        statement = statement.where(InitiativeLearned.initiative_id == initiative_id)
    if number:
        statement = statement.where(Need.number == number)
    return [(told, initiative, need) for told, initiative, need in session.execute(statement)]


def begun_by(session: Session, user_id: int) -> Sequence[Initiative]:
    """Running initiatives that somebody began, signed or not."""
    return session.scalars(
        select(Initiative)
        .where(Initiative.started_by_id == user_id, Initiative.stopped_at.is_(None))
        .order_by(Initiative.id)
    ).all()


def others_founded(session: Session, user_id: int, but: int = 0) -> Sequence[Initiative]:
    """Running initiatives that somebody stands by already: told, not forbidden."""
    return session.scalars(
        select(Initiative)
        .join(InitiativeFounder, InitiativeFounder.initiative_id == Initiative.id)
        .where(
            InitiativeFounder.user_id == user_id, InitiativeFounder.left_at.is_(None), Initiative.id != but,
            Initiative.stopped_at.is_(None),
        )
        .order_by(Initiative.id)
    ).all()  # fmt: skip


def find_grown(session: Session, found: Initiative, *, checked: bool = True) -> Organisation | None:
    """The cooperative of the register that it became: its evidence names the KvK number, and a second person saw it.

    Not `checked`: for its own people, who wait for that second person.
    """
    numbers = [each.kvk for each in found.evidence if each.kvk and (each.checked_at or not checked)]
    if not numbers:
        return None
    return session.scalars(
        select(Organisation)
        .join(Cooperative, Cooperative.organisation_id == Organisation.id)
        .where(Organisation.kvk_number.in_(numbers))
        .limit(1)
    ).first()


def grown_into(session: Session, organisation_ids: Sequence[int]) -> Sequence[int]:
    """The running initiatives that these organisations came from: their checked evidence names the KvK number."""
    return session.scalars(
        select(InitiativeEvidence.initiative_id)
        .distinct()
        .join(Organisation, Organisation.kvk_number == InitiativeEvidence.kvk)
        .join(Initiative, Initiative.id == InitiativeEvidence.initiative_id)
        .where(
            Organisation.id.in_(organisation_ids), InitiativeEvidence.checked_at.is_not(None),
            Initiative.stopped_at.is_(None),
        )
    ).all()  # fmt: skip


def agreements_of(session: Session, kvk: str) -> Sequence[Agreement]:
    """The contracts signed here by the organisation with this KvK number, the first one first."""
    return session.scalars(
        select(Agreement)
        .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
        .join(Organisation, Organisation.id == AgreementSupplier.party_id)
        .where(Organisation.kvk_number == kvk)
        .order_by(Agreement.id)
    ).all()


def ever_coached(session: Session, initiative_id: int) -> set[int]:
    """Who guides it or once did."""
    return set(
        session.scalars(select(InitiativeCoach.user_id).where(InitiativeCoach.initiative_id == initiative_id))
    )


def own_data(session: Session, user_id: int) -> object:
    """What somebody began or signed, as JSON values."""
    began = session.scalars(
        select(Initiative).where(Initiative.started_by_id == user_id).order_by(Initiative.id)
    ).all()
    signed = session.execute(
        select(Initiative.sentence, InitiativeFounder.signed_at, InitiativeFounder.left_at)
        .join(Initiative, Initiative.id == InitiativeFounder.initiative_id)
        .where(InitiativeFounder.user_id == user_id)
        .order_by(Initiative.id)
    ).all()
    asked = session.execute(
        select(Initiative.sentence, InitiativeRequest)
        .join(Initiative, Initiative.id == InitiativeRequest.initiative_id)
        .where(InitiativeRequest.user_id == user_id)
        .order_by(Initiative.id)
    ).all()
    if not began and not signed and not asked:
        return None
    return {
        "began": [{"initiative": each.sentence, "at": each.started_at.isoformat()} for each in began],
        "signed": [
            {"initiative": sentence, "at": at.isoformat(), "taken_back_at": left.isoformat() if left else None}
            for sentence, at, left in signed
        ],
        "asked": [
            {"initiative": sentence, "at": each.asked_at.isoformat(), "accepted": each.accepted, "word": each.word}
            for sentence, each in asked
        ],
    }  # fmt: skip


def coaches_of(session: Session, kvk_numbers: Sequence[str] | Select[str | None]) -> set[int]:
    """Who guides, or guided into being, the cooperatives with these KvK numbers: they judge none of their bids.

    For panels: a cooperative's own coach in the register, and whoever coached the initiative that it came from.
    """
    initiative_coaches = (
        select(InitiativeCoach.user_id)
        .join(InitiativeEvidence, InitiativeEvidence.initiative_id == InitiativeCoach.initiative_id)
        .where(InitiativeEvidence.kvk.in_(kvk_numbers))
    )
    register_coaches = (
        select(Cooperative.coach_id)
        .join(Organisation, Organisation.id == Cooperative.organisation_id)
        .where(Organisation.kvk_number.in_(kvk_numbers), Cooperative.coach_id.is_not(None))
    )
    return {each for each in session.scalars(initiative_coaches.union(register_coaches)) if each is not None}


def _signed(user: Any) -> Exists:
    return exists().where(InitiativeFounder.initiative_id == Initiative.id, InitiativeFounder.user_id == user)


def _founded_by(user: Any) -> ColumnElement[bool]:
    """Whose signature stands, and who began it as long as that one never took it back."""
    began = (Initiative.started_by_id == user) & ~_signed(user)
    return or_(_signed(user).where(InitiativeFounder.left_at.is_(None)), began)


_FOUNDS, _STANDS_BY = _founded_by(USER), _signed(USER).where(InitiativeFounder.left_at.is_(None))
_LED = Initiative.coach_id.is_not(None) | exists().where(
    InitiativeFounder.initiative_id == Initiative.id, InitiativeFounder.left_at.is_(None)
)
"""Somebody is there who answers: a founder or a coach."""

_SOON, _LONG = timedelta(days=14), timedelta(days=7)
_DUE = (
    rows(title=InitiativeTask.text, key=Initiative.public_id)
    .join(Initiative, Initiative.id == InitiativeTask.initiative_id)
    .where(
        InitiativeTask.done_at.is_(None),
        InitiativeTask.due_on <= TODAY + _SOON.days,
        Initiative.stopped_at.is_(None),
    )
    .order_by(InitiativeTask.due_on)
)
_ROW = rows(title=func.left(Initiative.sentence, 80), key=Initiative.public_id)
_ASKED = (
    _ROW.join(InitiativeRequest, InitiativeRequest.initiative_id == Initiative.id)
    .where(InitiativeRequest.answered_at.is_(None), Initiative.stopped_at.is_(None))
    .order_by(InitiativeRequest.asked_at)
)
_PEOPLE = frozenset({Role.RESIDENT, Role.MEMBER, Role.BOARD})

_GROWN = exists().where(
    InitiativeEvidence.initiative_id == Initiative.id, InitiativeEvidence.kvk == Organisation.kvk_number,
    Cooperative.organisation_id == Organisation.id,
)  # fmt: skip

tasks = Tasks(
    Waiting(
        N_("Ga verder met uw initiatief: %(title)s"), "incubator.show", _PEOPLE,
        _ROW.where(Initiative.stopped_at.is_(None), ~_GROWN, _FOUNDS)
        .order_by(Initiative.started_at),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Taak van uw initiatief: %(title)s"), "incubator.show", _PEOPLE,
        _DUE.where(InitiativeTask.owner == "founders", _FOUNDS),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Iemand wil mee oprichten: %(title)s"), "incubator.show", _PEOPLE | {Role.COACH, Role.PROGRAMME},
        _ASKED.where(_FOUNDS | (Initiative.coach_id == USER)),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Niemand antwoordt wie mee wil oprichten: %(title)s"), "incubator.show", frozenset({Role.PROGRAMME}),
        _ASKED.where(
            Initiative.coach_id.is_distinct_from(USER), or_(~_LED, InitiativeRequest.asked_at < AT - _LONG)
        ),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Taak als begeleider: %(title)s"), "incubator.show", frozenset({Role.PROGRAMME, Role.COACH}),
        _DUE.where(InitiativeTask.owner == "coach", Initiative.coach_id == USER), {"public_id": "key"},
    ),
    Waiting(
        N_("Taak van het programma: %(title)s"), "incubator.show", frozenset({Role.PROGRAMME}),
        _DUE.where(InitiativeTask.owner == "programme"), {"public_id": "key"},
    ),
    Waiting(
        N_("Zoek een begeleider voor: %(title)s"), "incubator.show", frozenset({Role.PROGRAMME}),
        _ROW.where(Initiative.coach_id.is_(None), Initiative.stopped_at.is_(None))
        .order_by(Initiative.started_at),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Controleer een bewijs van: %(title)s"), "incubator.show", frozenset({Role.PROGRAMME}),
        _ROW.join(InitiativeEvidence, InitiativeEvidence.initiative_id == Initiative.id)
        .where(
            InitiativeEvidence.checked_at.is_(None), InitiativeEvidence.told_by_id != USER,
            Initiative.coach_id.is_distinct_from(USER), Initiative.stopped_at.is_(None), ~_STANDS_BY,
        )
        .order_by(InitiativeEvidence.told_at),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""Tasks of one's own that are due, initiatives without a coach, and evidence for a second person."""
