"""Refusals around wallets. Nothing has been paid when one of these is raised."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_
from ledger.instruments.errors import IssuingStopped


class WalletUnknown(NotFound):
    """No such wallet, or not the reader's."""

    message = N_("Deze portemonnee is er niet.")


class FirmsOnly(RuleBroken):
    """Mutual credit is between organisations."""

    message = N_("Dit geld is voor organisaties. Er is niets geopend.")


class CodeUnknown(RuleBroken):
    """No wallet of this instrument has this code, or it was mistyped."""

    message = N_("Deze code klopt niet. Kijk de code na. Er is niets betaald.")


class ToYourself(RuleBroken):
    """Payer and payee are one wallet."""

    message = N_("Dit is uw eigen code. Er is niets betaald.")


class AmountMissing(RuleBroken):
    """No amount above nothing."""

    message = N_("Vul een bedrag in van meer dan nul.")


class CreditStopped(IssuingStopped):
    """Mutual credit stands still or ends, and this payment would draw more of it."""

    message = N_("Rood staan kan nu niet: dit krediet staat stil of stopt. Er is niets betaald.")


class NotEnough(RuleBroken):
    """More is asked back than there is."""

    message = N_("U hebt %(there)s. Meer kunt u niet terugvragen.")


class RefundWaits(RuleBroken):
    """One refund of a wallet waits already."""

    message = N_("Er wacht al een verzoek. U krijgt dat eerst betaald.")


class RefundDone(RuleBroken):
    """The refund was paid."""

    message = N_("Dit verzoek is al betaald. Er is niets veranderd.")


class RefundWithdrawn(RuleBroken):
    """The holder took the request back."""

    message = N_("Dit verzoek is ingetrokken. Er is niets veranderd.")


class ReferenceUsed(RuleBroken):
    """Something was issued already against the payment with this reference."""

    message = N_("Tegen dit kenmerk is al uitgegeven. Er is nu niets uitgegeven.")


class NoCredit(RuleBroken):
    """Limits by sales are for mutual credit."""

    message = N_("Bij dit geld hoort geen krediet. Er is niets veranderd.")


class CreditInUse(RuleBroken):
    """New limits would be passed already."""

    message = N_("Het saldo past niet in de nieuwe grenzen. Er is niets veranderd.")


class OldSimulation(RuleBroken):
    """A wallet of the simulation, after the instrument became real."""

    message = N_("Deze portemonnee is van de simulatie. De simulatie is voorbij. Er is niets betaald.")
