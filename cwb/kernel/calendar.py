"""Dutch holidays and working days, where the law counts them (Algemene termijnenwet)."""

from datetime import date, timedelta


def easter(year: int) -> date:
    """Easter Sunday (anonymous Gregorian computus)."""
    century, rest = divmod(year, 100)
    leap, part = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * part + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int, *, liberation_day: bool = True) -> frozenset[date]:
    """Recognised holidays of the Netherlands, Good Friday put on a par (Algemene termijnenwet, art. 3).

    New Year, Good Friday, Easter Monday, King's Day (26 April when the 27th is a Sunday), Liberation Day (5 May, a
    setting: many count it only every five years), Ascension, Whit Monday, both days of Christmas. Easter and
    Whit Sunday are Sundays already.
    """
    sunday = easter(year)
    king = date(year, 4, 27)
    found = {
        date(year, 1, 1), sunday - timedelta(days=2), sunday + timedelta(days=1),
        king if king.weekday() != 6 else date(year, 4, 26), sunday + timedelta(days=39),
        sunday + timedelta(days=50), date(year, 12, 25), date(year, 12, 26),
    }  # fmt: skip
    return frozenset(found | {date(year, 5, 5)} if liberation_day else found)


def is_working_day(day: date, *, liberation_day: bool = True) -> bool:
    """No Saturday, no Sunday, no recognised holiday (Algemene termijnenwet, art. 1 and 3)."""
    return day.weekday() < 5 and day not in holidays(day.year, liberation_day=liberation_day)


def run_on(day: date, *, liberation_day: bool = True) -> date:
    """The day itself, or the next working day when it is free (Algemene termijnenwet, art. 1)."""
    while not is_working_day(day, liberation_day=liberation_day):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, number: int, *, liberation_day: bool = True) -> date:
    """The last of so many working days, counted from the day after; the day itself for none."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day, liberation_day=liberation_day)
    return day
