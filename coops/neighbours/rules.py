"""Offers and wants of residents as values: pure decisions (ADR 0068).

Kinds, ways and what may be paid in local money are those of `coops.exchange`. Points for hours (WIJK) buy nothing here.
The age is that of the points for hours (`ledger.appreciation`); the other numbers are choices of the house.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from coops.exchange.errors import AdvertTextMissing
from coops.exchange.rules import AdvertFacts, Exchange
from coops.neighbours import errors
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.text import N_

LEAST_AGE = 16
"""Years."""

MOST_ADVERTS = 5
"""As many running adverts as one person has."""

LONGEST = timedelta(days=92)
"""An advert ends within three months."""

MOST_A_DAY = 20
"""Messages of one writer in 24 hours."""

DAY = timedelta(days=1)

KEPT = timedelta(days=90)
"""How long an advert and its talks are kept after its end; longer only while a report waits."""

MOST_CALLED, MOST_TITLE, MOST_TEXT, MOST_MESSAGE, MOST_REASON = 20, 80, 1000, 1000, 500
"""Longest texts, in characters."""

EXCHANGES: Mapping[Exchange, str] = {Exchange.OFFER: N_("Aangeboden"), Exchange.WANT: N_("Gezocht")}
"""Value → its text."""

_CALLED = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CONTACT = re.compile(
    r"""
      \S@\S                                            # a mail address, or a name on some other site
    | https?:|www\. | \b[\w-]+\.(?:nl|com|org|net|eu|app|me)\b
    | \+\d(?:[\s().-]*\d){7}                           # a telephone number with its country
    | (?<!\d)0[\s().-]*[1-9](?:[\s().-]*\d){8}(?!\d)   # a Dutch one
    | \b[A-Z]{2}\d{2}\s?[A-Z]{4}\s?\d{4}               # an IBAN
    | \b[1-9]\d{3}\s?[A-Z]{2}\b                        # a postcode
    """,
    re.VERBOSE,
)


def check_called(called: str, full_name: str) -> str | None:
    """The name that neighbours see: one first name or nickname, never a surname of one's own; None: none at all.

    Raises:
        CalledInvalid: it is more than that, at the field.
    """
    called = called.strip()
    if not called:
        return None
    surnames = {each.casefold() for each in full_name.split()[1:]}
    if len(called) > MOST_CALLED or not _CALLED.fullmatch(called) or called.casefold() in surnames:
        raise errors.CalledInvalid(field="called")
    return called


def check_age(*, of_age: bool) -> None:
    """Whether somebody said to be old enough to write with strangers.

    Raises:
        TooYoung: at the field.
    """
    if not of_age:
        raise errors.TooYoung(field="of_age")


def check_open_text(field: str, text: str) -> str:
    """A text that all holders of a wallet read, as it may stand: it leads to no person.

    Raises:
        AdvertTextMissing, HoldsContact, HoldsBsn: at the field.
    """
    text = text.strip()
    if not text:
        raise AdvertTextMissing(field=field)
    if _CONTACT.search(text):
        raise errors.HoldsContact(field=field)
    refuse_bsn(**{field: text})
    return text


def check_advert(facts: AdvertFacts, today: date) -> None:
    """An advert as it may stand; what it costs is checked by `coops.exchange.rules.check_money`.

    Raises:
        DayInvalid, or one of `check_open_text`: at the field.
    """
    check_open_text("title", facts.title)
    check_open_text("text", facts.text)
    if not today < facts.expires_on <= today + LONGEST:
        raise errors.DayInvalid(field="expires_on")


def check_room(running: int) -> None:
    """One more than there are.

    Raises:
        TooMany
    """
    if running >= MOST_ADVERTS:
        raise errors.TooMany(most=MOST_ADVERTS)


def check_pace(sent: int) -> None:
    """One message more than somebody sent in the last 24 hours.

    Raises:
        TooManyMessages: at the field.
    """
    if sent >= MOST_A_DAY:
        raise errors.TooManyMessages(field="text", most=MOST_A_DAY)


def check_talk(*, closed_at: datetime | None, taken_away: bool) -> None:
    """Whether two may go on writing. When the advert ended they may: they still have to meet.

    Raises:
        TalkClosed: one of them stopped, or the programme took advert or message away.
    """
    if closed_at is not None or taken_away:
        raise errors.TalkClosed


def check_decision(*, decided: bool, reported_by_id: int, user_id: int) -> None:
    """Whether this person may decide about a report: once, and not who made it.

    Raises:
        ReportDecided: they may not.
    """
    if decided or reported_by_id == user_id:
        raise errors.ReportDecided
