"""Refusals around an instrument. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class InstrumentUnknown(NotFound):
    """No such instrument, or it was not set up."""

    message = N_("Dit geld is er niet, of nog niet.")


class AlreadySetUp(Conflict):
    """The instrument has its keeper."""

    message = N_("Dit geld is al ingericht. Er is niets veranderd.")


class KeeperUnknown(RuleBroken):
    """No organisation has this KvK number."""

    message = N_("Geen organisatie hier heeft dit KvK-nummer. Schrijf de stichting eerst in.")


class KeeperIsProgramme(RuleBroken):
    """Backing is kept by a separate legal person."""

    message = N_("Het geld hoort bij een aparte stichting, niet bij het programma zelf.")


class ReviewInFuture(RuleBroken):
    """The legal review is dated after today."""

    message = N_("Deze dag is nog niet geweest.")


class NoReview(RuleBroken):
    """There is no proposed review to confirm."""

    message = N_("Er ligt geen toets om te bevestigen. Er is niets veranderd.")


class AlreadyLive(Conflict):
    """The review was confirmed."""

    message = N_("De toets is al bevestigd. Er is niets veranderd.")


class SecondPersonNeeded(RuleBroken):
    """Who wrote the review down does not confirm it."""

    message = N_("U schreef deze toets zelf op. Een ander bevestigt hem.")


class NotBacked(RuleBroken):
    """Mutual credit is neither issued nor redeemed nor counted."""

    message = N_("Tegenover dit geld staan geen euro’s. Er is niets veranderd.")


class IssuingStopped(RuleBroken):
    """Issuing stopped, and nobody let it go on: too little backing, no count, or a stop rule."""

    message = N_(
        "Uitgeven staat stil. Iemand van het programma besluit of het weer mag. Er is niets geboekt."
    )


class TotalReached(RuleBroken):
    """More would be out than the rule allows."""

    message = N_("Er is dan meer uit dan %(most)s. Er is niets uitgegeven.")


class MeterFull(RuleBroken):
    """With this payment the year would reach one million."""

    message = N_(
        "In twaalf maanden is bijna %(stop)s betaald. Meer mag niet zonder melding bij DNB. Er is niets betaald."
    )
