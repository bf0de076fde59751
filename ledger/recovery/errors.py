"""Refusals of the staff desk, and of the code it gives."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class PersonUnknown(RuleBroken):
    """Nobody has this address."""

    message = N_("Niemand hier heeft dit e-mailadres. Vraag met welk adres iemand inlogt.")


class RecoveryUnknown(NotFound):
    """No such recovery."""

    message = N_("Dit herstel is er niet.")


class OwnPhone(RuleBroken):
    """Staff mend nothing of their own."""

    message = N_("Dit bent u zelf. Vraag een collega.")


class SecondPerson(RuleBroken):
    """Another one agrees."""

    message = N_("U gaf deze code zelf. Een collega kijkt mee.")


class NotWaiting(RuleBroken):
    """Nobody else needs to agree, or somebody did."""

    message = N_("Dit wacht niet op een tweede. Er is niets veranderd.")


class CodeWrong(RuleBroken):
    """Not the code that the desk gave, used, too old, or tried too often."""

    message = N_("Deze code werkt niet (meer). Kijk hem na, of vraag het programma om een nieuwe.")


class SecondMissing(RuleBroken):
    """A colleague of who gave the code has not agreed yet."""

    message = N_("Een collega van het programma kijkt nog mee. Probeer het straks weer met dezelfde code.")
