"""What can be wrong with an agreement."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class AgreementNotFound(NotFound):
    """No such agreement, or not yours to see."""

    message = N_("Deze overeenkomst bestaat niet, of u mag haar niet zien.")


class TextMissing(RuleBroken):
    """A text that must be there is empty."""

    message = N_("Vul dit in.")


class TextTooLong(RuleBroken):
    """A text beyond its longest."""

    message = N_("Dit is te lang. Gebruik hooguit %(most)s tekens.")


class ReferenceTaken(Conflict):
    """Two agreements with one reference."""

    message = N_("Er is al een overeenkomst met kenmerk %(reference)s.")


class SharesIncomplete(RuleBroken):
    """Shares are positive basis points that add up to 10,000, one per supplier."""

    message = N_(
        "De aandelen van de leveranciers zijn samen %(sum)s van de 10.000. Het moet precies 10.000 zijn."
    )


class SupplierTwice(RuleBroken):
    """One supplier named twice."""

    message = N_("Een leverancier staat er twee keer in.")


class SupplierIsBuyer(RuleBroken):
    """Nobody sells to itself."""

    message = N_("Koper en leverancier zijn dezelfde.")


class LinesMissing(RuleBroken):
    """An agreement or invoice without lines."""

    message = N_("Er staat nog niets op. Vul minstens één aantal in.")


class UnitUnknown(RuleBroken):
    """No unit of the table."""

    message = N_("Deze eenheid kennen wij niet.")


class QuantityWrong(RuleBroken):
    """A quantity is positive, at most ten million, with at most four decimals."""

    message = N_("Een aantal is hoger dan nul, met hooguit vier cijfers achter de komma.")


class PriceWrong(RuleBroken):
    """A unit price is not negative, at most ten million euro, with at most four decimals."""

    message = N_("Een prijs is nul of hoger, met hooguit vier cijfers achter de komma.")


class EndsBeforeStart(RuleBroken):
    """A period that ends before it starts."""

    message = N_("De einddatum ligt voor de begindatum.")


class PaymentTermVoid(RuleBroken):
    """A payment term longer than the law allows is void.

    Source: BW 6:119b (public bodies: 30 days), BW 6:119a (large firms to smaller suppliers: 30 days since
    1-7-2022; between other firms: 60 days).
    """

    message = N_("Deze koper betaalt volgens de wet binnen %(most)s dagen. %(days)s dagen is niet geldig.")


class PaymentTermWrong(RuleBroken):
    """A payment term is at least one day."""

    message = N_("De betaaltermijn is minstens 1 dag.")


class GPercentageWrong(RuleBroken):
    """A share for the G-account lies between 0 and 100 percent, with at most two decimals."""

    message = N_("Het deel voor de G-rekening ligt tussen 0 en 100 procent.")


class AgreementEnded(Conflict):
    """The agreement has been ended."""

    message = N_("Deze overeenkomst is beëindigd op %(on)s. Een nieuwe factuur kan niet meer.")


class AgreementOnOrder(Conflict):
    """A framework sets prices; its orders are what is invoiced and paid."""

    message = N_("Dit is een raamovereenkomst met prijzen. U factureert op een nadere opdracht.")


class NotASupplier(RuleBroken):
    """The organisation is no supplier of the agreement."""

    message = N_("Uw organisatie levert niet onder deze overeenkomst.")
