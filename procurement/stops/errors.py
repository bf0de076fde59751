"""Why one lot does not stop alone."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class LotNotRunning(Conflict):
    """The tender is a draft, or ended."""

    message = N_("Deze aanbesteding loopt niet. Er is niets veranderd.")


class StoppedBefore(Conflict):
    """A lot stops once."""

    message = N_("Dit perceel is al gestopt. Er is niets veranderd.")


class LotHasContract(Conflict):
    """What was agreed ends by its own rules."""

    message = N_("Voor dit perceel is al een contract gemaakt. Stoppen kan hier niet meer.")


class LastLot(RuleBroken):
    """The last one stops with its tender."""

    message = N_("Dit is het laatste perceel dat loopt. Stop de hele aanbesteding.")


class DecisionInPreparation(RuleBroken):
    """A decision that is being written names every lot."""

    message = N_("Er ligt een besluit klaar dat nog niet is verstuurd. Trek dat eerst in.")


class LastAward(RuleBroken):
    """Without this lot nothing is awarded any more."""

    message = N_("Zonder dit perceel blijft er niets te gunnen over. Trek het besluit in.")
