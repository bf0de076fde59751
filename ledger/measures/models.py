"""What was measured of a window, once and for good; and what running an instrument cost, in cents and minutes."""

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.canonical import canonical_json
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words
from ledger.instruments.rules import Code
from ledger.measures import rules


class CirculationMeasure(Base):
    """The figures from `first_on` up to `until_on`, as canonical JSON without a name; `code`: hash of the rules used.

    Of fewer than five holders or payers only what does not explain itself is kept.
    """

    __tablename__ = "circulation_measure"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("instrument_code", "live", "until_on", "first_on"),
        CheckConstraint("first_on < until_on", name="window"),
        CheckConstraint("checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')", name="checksum"),
        CheckConstraint("code ~ '^[0-9a-f]{64}$'", name="code"),
    )

    id: Mapped[Key]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    first_on: Mapped[date]
    until_on: Mapped[date]
    document: Mapped[str]
    checksum: Mapped[str]
    code: Mapped[str]
    measured_at: Mapped[datetime]

    def __init__(
        self, *, instrument_code: Code, live: bool, window: rules.Window, found: dict[str, Any], code: str, at: datetime
    ) -> None:  # fmt: skip
        written = canonical_json(found)
        super().__init__(
            instrument_code=instrument_code, live=live, first_on=window.first, until_on=window.until, code=code,
            document=written.decode(), checksum=sha256(written).hexdigest(), measured_at=at,
        )  # fmt: skip

    @property
    def found(self) -> dict[str, Any]:
        """The figures."""
        read: dict[str, Any] = json.loads(self.document)
        return read


class CurrencyCost(Base):
    """Euros and hours of work that an instrument took on a day; taken off once, else kept (`currency_cost_keep`)."""

    __tablename__ = "currency_cost"
    __retention__ = Retention(
        N_("Wie kosten van lokaal geld opschreef."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )
    __table_args__ = (
        CheckConstraint("amount >= 0 AND minutes >= 0 AND amount + minutes > 0", name="amount"),
        CheckConstraint("length(what) BETWEEN 3 AND 200", name="what"),
        CheckConstraint("spent_on <= (noted_at AT TIME ZONE 'Europe/Amsterdam')::date", name="past"),
        CheckConstraint("num_nulls(withdrawn_at, withdrawn_by_id) IN (0, 2)", name="withdrawn"),
        Index("ix_currency_cost_instrument_code", "instrument_code", "live", "spent_on"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    spent_on: Mapped[date]
    amount: Mapped[int]
    minutes: Mapped[int]
    what: Mapped[str]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    def __init__(
        self, *, instrument_code: Code, live: bool, spent_on: date, amount: int, minutes: int, what: str,
        noted_by_id: int, noted_at: datetime,
    ) -> None:  # fmt: skip
        rules.check_cost(spent_on, amount, minutes, local_date(noted_at))
        super().__init__(
            instrument_code=instrument_code, live=live, spent_on=spent_on, amount=amount, minutes=minutes,
            what=words(what, "what", least=3), noted_at=noted_at, noted_by_id=noted_by_id,
        )  # fmt: skip
