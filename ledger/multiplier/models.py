"""Studies of the local multiplier, and who got the money."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.multiplier.rules import Bounds, Recipient, check_second, shown
from ledger.share.rules import Standing

_KEPT = N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn.")


class Study(Base):
    """Money whose way through an area was followed. A draft until it is finished, then fixed.

    `first_amount` in cents without VAT. `variant` and the area tell by which rules it was added up. Who finishes it
    neither began it nor named a recipient (the latter: trigger of migration 0149).
    """

    __tablename__ = "lm3_study"
    __table_args__ = (
        CheckConstraint("first_amount > 0", name="first_amount"),
        CheckConstraint("finished_by_id <> made_by_id", name="second_person"),
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(asked) BETWEEN 1 AND 500", name="texts"),
    )
    __retention__ = Retention(
        N_("Wie een onderzoek naar het geld maakte."), _KEPT, N_("Wie het account wist, wordt een nummer.")
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    title: Mapped[str]
    asked: Mapped[str]
    first_amount: Mapped[int]
    variant: Mapped[str]
    area_id: Mapped[str]
    area_version: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    finished_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    recipients: Mapped[list["StudyRecipient"]] = relationship(lazy="raise", order_by="StudyRecipient.id")

    @property
    def by_register(self) -> int:
        """Of how many recipients a register says where they are."""
        return sum(each.evidence_id is not None for each in self.recipients)

    @property
    def bounds(self) -> Bounds:
        """The multiplier of what was found, as everybody may read it."""
        return shown(self.first_amount, [each.facts for each in self.recipients])

    def finish(self, actor_id: int, at: datetime) -> None:
        """Make it stand; its recipients must be loaded.

        Raises:
            StudyOwn: by who filled in something of it.
        """
        check_second(actor_id, {self.made_by_id, *(each.added_by_id for each in self.recipients)})
        self.finished_at, self.finished_by_id = at, actor_id


class StudyRecipient(Base):
    """Who got part of the money, where that is, and which part was spent in the area again (None: silent).

    `evidence_id` is the register's evidence of the place; without it somebody said so, with a `reason`.
    """

    __tablename__ = "lm3_recipient"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("answer BETWEEN 0 AND 10000", name="answer"),
        CheckConstraint("standing IN ('local', 'not_local', 'unknown')", name="standing"),
        CheckConstraint("kvk_number ~ '^[0-9]{8}$'", name="kvk_number"),
        CheckConstraint(
            "evidence_id IS NULL OR (kvk_number IS NOT NULL AND standing <> 'unknown')", name="evidence"
        ),
        CheckConstraint(
            "evidence_id IS NOT NULL OR standing = 'unknown' OR length(reason) BETWEEN 10 AND 300",
            name="reason",
        ),
        UniqueConstraint("study_id", "name"),
    )
    __retention__ = Retention(
        N_("Namen van ontvangers in een onderzoek, ook van personen."), _KEPT, N_("Ze zijn nooit openbaar.")
    )

    id: Mapped[Key]
    study_id: Mapped[int] = mapped_column(ForeignKey("lm3_study.id"))
    name: Mapped[str]
    standing: Mapped[Standing]
    amount: Mapped[int]
    answer: Mapped[int | None]
    kvk_number: Mapped[str | None]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("supplier_evidence.id"))
    reason: Mapped[str]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def facts(self) -> Recipient:
        """What the rule needs of it."""
        return Recipient(self.standing, self.amount, self.answer)
