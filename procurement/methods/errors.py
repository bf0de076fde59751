"""What can be wrong with a scoring."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class CriterionMissing(RuleBroken):
    """Quality counts: the default is the best price-quality ratio (Aanbestedingswet 2.114)."""

    message = N_("Noem minstens één kwaliteitscriterium.")


class CriterionIncomplete(RuleBroken):
    """A criterion has a name and points."""

    message = N_("Geef elk criterium een naam en punten, meer dan nul.")


class CriterionTwice(RuleBroken):
    """Two criteria of one name."""

    message = N_("Twee criteria heten hetzelfde: %(name)s.")


class MinimumAboveMaximum(RuleBroken):
    """A minimum score lies within the points."""

    message = N_("Bij %(name)s is het minimum hoger dan het maximum, of lager dan nul.")


class WeightsNotHundred(RuleBroken):
    """Weights sum to a hundred."""

    message = N_("De punten zijn samen %(sum)s. Ze moeten samen 100 zijn, prijs meegeteld.")


class PricePointsMissing(RuleBroken):
    """A price with points says how many."""

    message = N_("Vul in hoeveel punten de prijs telt.")


class PriceBoundsInvalid(RuleBroken):
    """The bounds of a price range."""

    message = N_("Vul een laagste en een hogere hoogste prijs in.")


class CriterionValueMissing(RuleBroken):
    """With gunnen op waarde every criterion is worth an amount."""

    message = N_("Vul bij %(name)s in hoeveel euro volle punten waard zijn.")


class PriceAloneHasCriteria(RuleBroken):
    """Price alone decides, so nothing else is scored."""

    message = N_("Alleen de prijs beslist. Haal de kwaliteit weg, of kies een andere manier.")


class PriceAloneTies(RuleBroken):
    """Two equal prices: nothing but a draw is left."""

    message = N_("Bij alleen prijs beslist een loting als twee gelijk eindigen. Kies die.")


class PriceAloneUnexplained(RuleBroken):
    """Price alone needs a public reason about this purchase (Aanbestedingswet 2.114)."""

    message = N_(
        "Schrijf waarom kwaliteit hier niet meetelt, in minstens %(least)s tekens. Iedereen leest dit (artikel 2.114)."
    )


class LogBaseInvalid(RuleBroken):
    """The base says at how many times the lowest price no points are left."""

    message = N_("Vul een getal boven 1 in: bij zoveel keer de laagste prijs zijn de prijspunten op.")


class ShareTooLarge(RuleBroken):
    """A criterion that weighs too much against the price."""

    message = N_("Bij %(name)s mag het hoogste aantal hooguit %(most)s procent zijn.")


class SharesTooMuch(RuleBroken):
    """The percentages leave no room for the price."""

    message = N_("De percentages zijn samen %(sum)s. Ze moeten samen onder 100 blijven.")


class OneCriterionOnly(RuleBroken):
    """The superformule weighs one quality against the price."""

    message = N_("Deze manier werkt met precies één kwaliteitscriterium.")


class MinimumNeeded(RuleBroken):
    """No quality at all cannot be weighed."""

    message = N_("Vul bij %(name)s een minimum boven nul in. Zonder kwaliteit kan deze formule niet rekenen.")


class ReferenceMissing(RuleBroken):
    """The price at which a bid counts as ordinary."""

    message = N_("Vul de gewone prijs in, in euro.")


class ReferenceQualityInvalid(RuleBroken):
    """The quality at which a bid counts as ordinary."""

    message = N_("Vul de gewone kwaliteit in: een percentage boven 0, hooguit 100.")


class ExponentInvalid(RuleBroken):
    """The exponent bends the trade between price and quality."""

    message = N_("Vul een macht in tussen -%(most)s en %(most)s, maar niet 0.")
