"""What stands in the way of publishing a figure."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class PublicationUnknown(NotFound):
    """No such published figure."""

    message = N_("Dit cijfer is niet gepubliceerd. De nieuwste cijfers staan bij “Waar blijft het geld?”.")


class PeriodRunning(RuleBroken):
    """A quarter or year that is not over."""

    message = N_("Deze periode is nog niet voorbij. Publiceren kan vanaf %(on)s.")


class NothingBought(RuleBroken):
    """A period without a single row to publish."""

    message = N_("Over deze periode is nog geen inkoop aangeleverd.")


class NothingChanged(RuleBroken):
    """A restatement of what is published already."""

    message = N_("Er is sinds de publicatie niets veranderd. Een nieuwe versie is niet nodig.")


class VersionChanged(RuleBroken):
    """Another content under a version that a figure was prepared with before."""

    message = N_(
        "De grenzen, de adressen of de rekenregels zijn veranderd, maar hun versie (%(version)s) niet. Geef eerst"
        " een nieuwe versie of datum."
    )


class SamePerson(RuleBroken):
    """Who prepared a figure cannot sign it."""

    message = N_("U maakte dit cijfer zelf klaar. Iemand anders tekent.")


class Stale(RuleBroken):
    """What is signed is no longer what the lines say."""

    message = N_("De regels zijn veranderd sinds dit cijfer is klaargemaakt. Maak het opnieuw klaar.")


class Superseded(Conflict):
    """Somebody prepared the period anew meanwhile."""

    message = N_("Iemand maakte dit cijfer intussen opnieuw klaar. Bekijk die versie. Er is niets getekend.")


class AlreadySigned(Conflict):
    """Somebody signed first."""

    message = N_("Dit cijfer is al getekend en gepubliceerd. Er is niets dubbel gedaan.")


class NotInFigure(RuleBroken):
    """An organisation of which nothing is in the figure."""

    message = N_("Uw organisatie telt in dit cijfer niet mee. U kunt er niet op reageren.")


class NarrowChange(RuleBroken):
    """A new version that tells of fewer than five suppliers, without a word on why it cannot wait."""

    message = N_("Dit verschil komt van minder dan vijf leveranciers. Wacht, of schrijf waarom dat niet kan.")


class PersonShown(RuleBroken):
    """A new version from which follows what a sole trader was paid: no reason is good enough for that."""

    message = N_(
        "Uit dit verschil volgt wat een eenmanszaak kreeg. Wacht tot er van vijf leveranciers iets verandert."
    )


class ConsentMissing(RuleBroken):
    """A story without the yes of the person in it."""

    message = N_("Plaats een verhaal alleen als de persoon ja zei. Zet een vinkje als dat zo is.")


class ConsentInFuture(RuleBroken):
    """A yes that is still to be said."""

    message = N_("De dag van het ja ligt in de toekomst.")


class StoryThere(Conflict):
    """A second story beside one figure."""

    message = N_("Bij dit cijfer staat al een verhaal. Haal dat eerst weg.")


class StoryGone(Conflict):
    """No story to take away."""

    message = N_("Dit verhaal is al weggehaald.")
