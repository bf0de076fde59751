"""What can be wrong with the total of a ledger."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class SourceUnnamed(RuleBroken):
    """Nobody can check a total without knowing where it stands."""

    message = N_("Noem de bron, zoals “proefbalans 3e kwartaal”. Hooguit 200 tekens.")


class NotOneQuarter(RuleBroken):
    """A total belongs to a quarter."""

    message = N_("Kies een kwartaal. Voor een jaar tellen wij de kwartalen op.")
