"""Words that people write for others to read: without outer blanks, and long enough to say something."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_

LEAST = 10
"""Characters of the shortest text that says something."""


class TextTooShort(RuleBroken):
    """Too few words to judge by."""

    message = N_("Schrijf het in eigen woorden op. Minstens %(least)s tekens.")


class ReasonTooShort(TextTooShort):
    """A decision that nobody can follow."""

    message = N_("Schrijf in eigen woorden waarom. Minstens %(least)s tekens.")


def words(text: str, field: str, *, least: int = LEAST, short: type[RuleBroken] = TextTooShort) -> str:
    """A text as it may be kept. `short`: the refusal of a subject that says it in words of its own, with `least`.

    Raises:
        TextTooShort, or the one given: at the field.
    """
    said = text.strip()
    if len(said) < least:
        raise short(field=field, least=least)
    return said
