"""What can be wrong about value added tax."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class VatCodeUnknown(RuleBroken):
    """No such VAT code."""

    message = N_("Dit btw-tarief bestaat niet.")


class NoVatRate(RuleBroken):
    """No rate of this code was in force on the day."""

    message = N_("Voor %(on)s kennen wij geen btw-tarief. Controleer de datum.")


class VatRateChanges(RuleBroken):
    """The rate changed inside the period of supply: one line would need two rates."""

    message = N_("Het btw-tarief verandert op %(on)s. Maak een factuur tot die dag en een vanaf die dag.")


class OutsideVatMixed(RuleBroken):
    """Category O stands alone on an invoice (EN 16931, BR-O-11 to BR-O-14)."""

    message = N_("Zet bedragen buiten de btw op een aparte factuur.")


class SellerVatIdMissing(RuleBroken):
    """A rate of 21, 9 or 0 percent and reverse charge need the seller's VAT id (EN 16931, BR-S-02, BR-AE-02)."""

    message = N_("Uw btw-nummer ontbreekt. Vul het in bij uw organisatie, of kies “vrijgesteld”.")


class BuyerVatIdMissing(RuleBroken):
    """Reverse charge needs the buyer's VAT id (EN 16931, BR-AE-02; Wet OB art. 35a)."""

    message = N_("Bij “btw verlegd” is het btw-nummer van de klant nodig. Dat ontbreekt.")


class ExemptionReasonMissing(RuleBroken):
    """An exempt line needs a reason in words (EN 16931, BR-E-10)."""

    message = N_("Schrijf waarom de btw is vrijgesteld, bijvoorbeeld “Kleineondernemersregeling”.")
