"""A figure of another place: never without what it counts, what it calls local and where it stands."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.elsewhere.errors import ElsewhereInvalid


@dataclass(frozen=True, slots=True)
class PublishedShare:
    """A share (0 to 1) as it was published for a period and an area."""

    period: str
    area: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """What another place published. Texts in Dutch and (`_en`) English.

    `counted`: whose purchasing; `local`: who counts as local; `unknown`: what becomes of what is not known.

    Raises:
        ElsewhereInvalid: a text, the source or a share is missing or cannot be.
    """

    name: str
    name_en: str
    publisher: str
    title: str
    url: str
    read_on: date
    counted: str
    counted_en: str
    local: str
    local_en: str
    unknown: str
    unknown_en: str
    shares: tuple[PublishedShare, ...]

    def __post_init__(self) -> None:
        texts = (
            self.name, self.name_en, self.publisher, self.title, self.counted, self.counted_en, self.local,
            self.local_en, self.unknown, self.unknown_en,
        )  # fmt: skip
        if not all(each.strip() for each in texts) or not self.url.startswith("https://"):
            raise ElsewhereInvalid(fault=self.name)
        if not self.shares or not all(
            0 <= each.share <= 1 and each.period and each.area for each in self.shares
        ):
            raise ElsewhereInvalid(fault=self.name)
