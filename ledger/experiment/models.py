"""Plans, their registration, deviations and results. Nothing changes; what is new is a new row."""

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.canonical import canonical_json
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words
from ledger.experiment import rules

_KEPT = N_("Twintig jaar, zolang de uitkomst na te rekenen moet zijn.")
_THEN = N_("Wie het account wist, wordt een nummer.")
_CHECKSUM = "checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')"


class Experiment(Base):
    """A plan as it was drafted, byte for byte (canonical JSON); traders stand in it by their public ids."""

    __tablename__ = "experiment"
    __table_args__ = (CheckConstraint(_CHECKSUM, name="checksum"),)
    __retention__ = Retention(
        N_("Wie een onderzoeksplan schreef, en welke organisaties meedoen."), _KEPT, _THEN
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    title: Mapped[str]
    document: Mapped[str]
    checksum: Mapped[str]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    drafted_by: Mapped[User] = relationship(lazy="raise")
    registration: Mapped["ExperimentRegistration | None"] = relationship(
        lazy="raise", uselist=False, back_populates="experiment"
    )
    deviations: Mapped[list["ExperimentDeviation"]] = relationship(
        lazy="raise", order_by="ExperimentDeviation.id"
    )
    results: Mapped[list["ExperimentResult"]] = relationship(lazy="raise", order_by="ExperimentResult.id")

    def __init__(self, *, plan: dict[str, Any], drafted_by_id: int, at: datetime) -> None:
        written = canonical_json(plan)
        super().__init__(
            title=plan["title"], document=written.decode(), checksum=sha256(written).hexdigest(),
            registration=None, deviations=[], results=[], drafted_by_id=drafted_by_id, at=at,
        )  # fmt: skip

    @property
    def plan(self) -> dict[str, Any]:
        """The plan."""
        found: dict[str, Any] = json.loads(self.document)
        return found


class ExperimentRegistration(Base):
    """The yes of a second person, before the first wave: from then on the plan stands. `code`: hash of the analysis."""

    __tablename__ = "experiment_registration"
    __table_args__ = (CheckConstraint("code ~ '^[0-9a-f]{64}$'", name="code"),)
    __retention__ = Retention(N_("Wie een onderzoeksplan vastlegde."), _KEPT, _THEN)

    id: Mapped[Key]
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"), unique=True)
    code: Mapped[str]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    experiment: Mapped[Experiment] = relationship(lazy="raise", back_populates="registration")
    registered_by: Mapped[User] = relationship(lazy="raise")

    def __init__(self, *, experiment: Experiment, code: str, registered_by_id: int, at: datetime) -> None:
        rules.check_second(experiment.drafted_by_id, registered_by_id)
        rules.check_before(experiment.plan, local_date(at))
        super().__init__(experiment=experiment, code=code, registered_by_id=registered_by_id, at=at)


class ExperimentDeviation(Base):
    """What was done otherwise than planned, since when and why; `code`: the hash of another analysis."""

    __tablename__ = "experiment_deviation"
    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 10 AND 1000", name="reason"),
        CheckConstraint("code ~ '^[0-9a-f]{64}$'", name="code"),
    )
    __retention__ = Retention(N_("Wie een afwijking van een onderzoeksplan opschreef."), _KEPT, _THEN)

    id: Mapped[Key]
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"), index=True)
    since: Mapped[date]
    reason: Mapped[str]
    code: Mapped[str | None]
    told_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    def __init__(
        self, *, experiment_id: int, since: date, reason: str, code: str | None, told_by_id: int, at: datetime
    ) -> None:
        rules.check_deviation(since, local_date(at))
        super().__init__(
            experiment_id=experiment_id, since=since, reason=words(reason, "reason"), code=code,
            told_by_id=told_by_id, at=at,
        )  # fmt: skip


class ExperimentResult(Base):
    """What the registered analysis says of the data up to a quarter, as it was computed: once, for good."""

    __tablename__ = "experiment_result"
    __table_args__ = (
        UniqueConstraint("experiment_id", "cut", name="uq_experiment_result_experiment_id"),
        CheckConstraint(_CHECKSUM, name="checksum"),
        CheckConstraint("code ~ '^[0-9a-f]{64}$'", name="code"),
    )
    __retention__ = Retention(N_("Wie een uitkomst liet uitrekenen."), _KEPT, _THEN)

    id: Mapped[Key]
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"))
    cut: Mapped[str]
    document: Mapped[str]
    checksum: Mapped[str]
    code: Mapped[str]
    computed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    def __init__(
        self,
        *,
        experiment_id: int,
        cut: str,
        found: dict[str, Any],
        code: str,
        computed_by_id: int,
        at: datetime,
    ) -> None:
        written = canonical_json(found)
        super().__init__(
            experiment_id=experiment_id, cut=cut, document=written.decode(), checksum=sha256(written).hexdigest(),
            code=code, computed_by_id=computed_by_id, at=at,
        )  # fmt: skip

    @property
    def found(self) -> dict[str, Any]:
        """The result."""
        read: dict[str, Any] = json.loads(self.document)
        return read
