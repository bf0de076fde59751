from datetime import date

import pytest

from procurement.announcements import errors, rules
from procurement.announcements.rules import Notice

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("notice", "error"),
    [
        (Notice(), errors.AnnouncementMissing),
        (Notice(None, "  ", " \n"), errors.AnnouncementMissing),
        (Notice(TODAY), errors.AnnouncementIncomplete),
        (Notice(TODAY, " "), errors.AnnouncementIncomplete),
        (Notice(None, "TN-1"), errors.AnnouncementIncomplete),
        (Notice(TODAY, "TN-1", "Het staat nog klaar."), errors.AnnouncementTwofold),
        (Notice(date(2026, 9, 2), "TN-1"), errors.AnnouncementInFuture),
        (Notice(why_not="komt nog"), errors.WhyNotTooShort),
        (Notice(why_not="a" + " " * 30 + "b"), errors.WhyNotTooShort),
        (Notice(TODAY, "TN-1"), None),
        (Notice(why_not="Het staat klaar voor morgen."), None),
    ],
)
def test_a_day_and_a_reference_or_a_reason(notice, error):
    if error is None:
        rules.check_notice(notice, TODAY)
    else:
        with pytest.raises(error):
            rules.check_notice(notice, TODAY)
