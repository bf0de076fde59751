"""What a fund refuses. Nothing has changed then."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class FundMissing(NotFound):
    """There is no fund yet."""

    message = N_("Er is nog geen fonds. Het programmabureau kan er een openen.")


class FundThere(Conflict):
    """There is a fund already."""

    message = N_("Er is al een fonds. Er is niets dubbel gemaakt.")


class GrantNotFound(NotFound):
    """No such grant in this fund."""

    message = N_("Deze inleg staat niet in het fonds.")


class GrantEnded(Conflict):
    """It was handed over before."""

    message = N_("Deze inleg is al afgesloten. Er is niets dubbel geboekt.")


class IbanMissing(RuleBroken):
    """Anchors pay to the fund's account."""

    message = N_("Vul de rekening van het fonds in. Kopers betalen daarop.")


class TextMissing(RuleBroken):
    """A source and a hand-over are told."""

    message = N_("Vul dit in.")


class AmountWrong(RuleBroken):
    """An amount above zero, and no more than there is."""

    message = N_("Dit bedrag kan niet. Vul meer dan nul in, en niet meer dan er is.")


class DayWrong(RuleBroken):
    """Money that came in before today and goes on after that."""

    message = N_("Deze dag kan niet. De inleg kwam voor vandaag en eindigt daarna.")


class RateWrong(RuleBroken):
    """A yearly cost from 0 to 20 percent."""

    message = N_("De kosten per jaar liggen tussen 0 en 20 procent.")


class ShareWrong(RuleBroken):
    """A share from 1 to 100 percent."""

    message = N_("Vul een deel in tussen 1 en 100 procent.")


class TermsDayWrong(RuleBroken):
    """Terms never change for the past."""

    message = N_("Voorwaarden gelden vanaf vandaag of later. Kies een andere dag.")


class TermsThere(RuleBroken):
    """Each day has one set of terms."""

    message = N_("Voor deze dag staan er al voorwaarden. Kies een andere dag.")


class TermsMissing(RuleBroken):
    """Nobody set terms yet."""

    message = N_("Het fonds heeft nog geen voorwaarden. Vraag het programmabureau.")
