"""What can go wrong around statements."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken, Unavailable
from cwb.kernel.text import N_


class StatementTableInvalid(Unavailable):
    """The table of grounds cannot be read; it comes with the installation."""

    message = N_("De tabel met verklaringen klopt niet: %(fault)s. De beheerder herstelt dit.")


class ExplanationMissing(RuleBroken):
    """Yes to a ground, without a word about it."""

    message = N_("Schrijf wat er gebeurde en wat u daarna deed. Dan kan de inkoper het wegen.")


class AnswerMissing(RuleBroken):
    """A ground without yes or no."""

    message = N_("Kies ja of nee.")


class StatementsChanged(Conflict):
    """A colleague saved the answers in the meantime."""

    message = N_(
        "Een collega heeft deze antwoorden intussen opgeslagen. Uw antwoorden staan nog in het formulier. "
        "Slaat u nu op, dan gelden die van u."
    )


class GroundUnknown(NotFound):
    """No such group, ground or paper."""


class PaperDateInvalid(RuleBroken):
    """A paper of tomorrow, or one too old to prove anything."""

    message = N_("Kijk naar de datum op het stuk. Zij ligt niet in de toekomst en het stuk is nog geldig.")


class PaperTwice(RuleBroken):
    """The same paper of the same day stands there already."""

    message = N_("Dit stuk met deze datum staat er al. Er is niets dubbel opgeslagen.")


class CriterionIncomplete(RuleBroken):
    """A selection criterion without text."""

    message = N_("Schrijf bij elke eis wat u vraagt.")


class GroundObliged(RuleBroken):
    """A European procedure asks the obliged grounds, always."""

    message = N_("Deze verplichte grond hoort bij een Europese procedure. U kunt hem niet weglaten.")
