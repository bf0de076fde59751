"""Refusals around losses of mutual credit. Nothing has been booked when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class NotMutual(RuleBroken):
    """Only mutual credit has losses that members bear."""

    message = N_("Bij dit geld hoort geen krediet. Er is niets veranderd.")


class LossUnknown(NotFound):
    """No such agreement or loss."""

    message = N_("Dit verlies, of deze afspraak, is er niet.")


class NoCover(RuleBroken):
    """Nothing was agreed before."""

    message = N_("Er is nog niets afgesproken over verlies. Spreek dat eerst af.")


class MostMissing(RuleBroken):
    """A member bears more than nothing."""

    message = N_("Vul in wat een lid hoogstens draagt: meer dan nul.")


class SecondPerson(RuleBroken):
    """Who wrote it does not confirm it."""

    message = N_("U schreef dit zelf op. Een ander bevestigt het.")


class AlreadyDone(Conflict):
    """It was confirmed or withdrawn."""

    message = N_("Dit is al bevestigd of ingetrokken. Er is niets veranderd.")


class LossWaits(Conflict):
    """Of one wallet one loss at a time."""

    message = N_("Voor deze portemonnee wacht al een verlies op een tweede.")


class NothingLost(RuleBroken):
    """The wallet is not below nothing."""

    message = N_("Deze portemonnee staat niet onder nul. Er is geen verlies.")


class BalanceMoved(Conflict):
    """It was paid since the loss was written down."""

    message = N_("Het saldo is veranderd. Trek dit verlies in en schrijf het opnieuw op.")


class CoverTooSmall(RuleBroken):
    """Members together cannot bear it under what was agreed."""

    message = N_("De leden kunnen samen %(most)s dragen. Dat is te weinig. Er is niets geboekt.")
