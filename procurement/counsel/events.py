"""What counsel asks of subjects above it."""

from dataclasses import dataclass, field
from datetime import date

from cwb.kernel.money import Money


@dataclass(frozen=True, slots=True)
class SameWorkAsked:
    """What else a buyer bought of the same kind: whoever knows contracts adds (number, title, value, day) to `found`.

    `cpv_group`: leading digits of the CPV code; days between `since` and `until`, both left out. What was published
    here after `since` is counted already, as tenders.
    """

    buyer_id: int
    cpv_group: str
    since: date
    until: date
    found: list[tuple[str, str, Money, date]] = field(default_factory=list)
