"""What a note about TenderNed refuses."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class AnnouncementMissing(RuleBroken):
    """A tender that must stand on TenderNed goes public here without a word about it."""

    message = N_("Vul de datum en het kenmerk van TenderNed in, of schrijf waarom dat nog niet kan.")


class AnnouncementIncomplete(RuleBroken):
    """A day without a reference, or the other way round."""

    message = N_("Vul de datum én het kenmerk in.")


class AnnouncementTwofold(RuleBroken):
    """It stands on TenderNed, and also a reason why it does not."""

    message = N_("Staat het al op TenderNed? Laat dan de reden leeg.")


class AnnouncementInFuture(RuleBroken):
    """A day to come."""

    message = N_("Deze dag moet nog komen. Vul de dag in waarop het op TenderNed kwam.")


class WhyNotTooShort(RuleBroken):
    """A reason of two or three words."""

    message = N_("Leg uit waarom het nog niet op TenderNed staat. Een paar woorden is te weinig.")


class NotAnnounced(RuleBroken):
    """This procedure needs no notice, or the tender is not public."""

    message = N_("Deze aanbesteding hoeft niet op TenderNed, of is nog niet gepubliceerd.")
