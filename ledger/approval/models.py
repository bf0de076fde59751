"""What a buyer chose about approving and booking."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class ApprovalSetting(Base):
    """A buyer's limit for four eyes (cents of the total with VAT), and whether it gets VAT back.

    A higher limit that one person asked for waits in `asked_four_eyes_above` until another confirms it.
    """

    __tablename__ = "approval_setting"
    __retention__ = Retention(
        N_("Wie een andere grens voor goedkeuren vroeg, als nummer."),
        N_("Zolang de organisatie meedoet."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("four_eyes_above >= 0", name="four_eyes_above"),
        CheckConstraint(
            "asked_four_eyes_above > four_eyes_above AND asked_by_id IS NOT NULL "
            "OR asked_four_eyes_above IS NULL AND asked_by_id IS NULL",
            name="asked",
        ),
    )

    party_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    four_eyes_above: Mapped[int]
    asked_four_eyes_above: Mapped[int | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    vat_recoverable: Mapped[bool]

    @property
    def limit(self) -> Money:
        """Above this total a second person approves."""
        return Money(self.four_eyes_above)

    @property
    def asked(self) -> Money | None:
        """The higher limit that waits for a colleague."""
        return None if self.asked_four_eyes_above is None else Money(self.asked_four_eyes_above)
