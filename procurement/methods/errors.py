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
