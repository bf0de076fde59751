"""What is noted about TenderNed: a pure decision. Which procedures need it, their dated table says (`announced`)."""

from dataclasses import dataclass
from datetime import date

from procurement.announcements import errors

LEAST_WORDS = 15
"""Fewest characters of a reason."""

LONGEST_REFERENCE = 100
"""Longest reference, in characters."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The day on which a tender came on TenderNed and its reference there; or why it is not there yet."""

    published_on: date | None = None
    reference: str = ""
    why_not: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return self.published_on is None and not self.reference.strip() and not self.why_not.strip()

    def tidy(self) -> "Notice":
        """Without blanks around its texts."""
        return Notice(self.published_on, self.reference.strip(), self.why_not.strip())


def check_notice(notice: Notice, today: date) -> None:
    """A day and a reference, or a reason; never both.

    Raises:
        AnnouncementMissing, AnnouncementIncomplete, AnnouncementTwofold, AnnouncementInFuture, WhyNotTooShort: at
        the field.
    """
    notice = notice.tidy()
    if notice.is_empty:
        raise errors.AnnouncementMissing(field="published_on")
    if (notice.published_on is None) != (not notice.reference):
        raise errors.AnnouncementIncomplete(
            field="reference" if notice.published_on is not None else "published_on"
        )
    if notice.published_on is not None and notice.why_not:
        raise errors.AnnouncementTwofold(field="why_not")
    if notice.published_on is not None and notice.published_on > today:
        raise errors.AnnouncementInFuture(field="published_on")
    if notice.published_on is None and len(" ".join(notice.why_not.split())) < LEAST_WORDS:
        raise errors.WhyNotTooShort(field="why_not")
