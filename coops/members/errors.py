"""What the member register refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class MemberNotFound(NotFound):
    """No such member of this cooperative."""

    message = N_("Dit lid staat niet in uw ledenregister.")


class NoMembership(NotFound):
    """The reader stands in no register of the cooperative acted for."""

    message = N_(
        "U staat niet in het ledenregister van deze coöperatie. Vraag het bestuur om u toe te voegen."
    )


class MemberChanged(Conflict):
    """Somebody else changed the row after the page was opened."""

    message = N_("Iemand anders wijzigde dit lid net. Er is niets overschreven. Kijk opnieuw.")


class MemberTextMissing(RuleBroken):
    """A member has a name."""

    message = N_("Vul dit in.")


class ContactInvalid(RuleBroken):
    """A contact is a mail address or a telephone number."""

    message = N_("Vul een e-mailadres of een telefoonnummer in.")


class ContactTaken(RuleBroken):
    """Another running member has the same contact."""

    message = N_("Lid %(number)s heeft dit e-mailadres of nummer al.")


class HoldsBsn(RuleBroken):
    """A text with nine digits in a row that may be a citizen service number. Never stored, never logged."""

    message = N_("Dit lijkt op een BSN. Vul dat hier nooit in. Wij hebben niets bewaard.")


class DayInvalid(RuleBroken):
    """Nobody joins after today, or leaves before joining."""

    message = N_("Deze datum kan niet. Een lid begint uiterlijk vandaag en stopt daarna.")


class KindUnknown(RuleBroken):
    """A kind of member that is not there."""

    message = N_("Kies werkend, gebruiker, bewoner of steunend.")


class AlreadyLeft(Conflict):
    """The membership ended before."""

    message = N_("Dit lid is al vertrokken. Er is niets veranderd.")


class AccountTaken(RuleBroken):
    """The account belongs to another member, or has no role here."""

    message = N_("Dit account hoort bij een ander lid, of heeft hier geen rol.")


class ListUnreadable(RuleBroken):
    """The list as a whole cannot be read."""

    message = N_("Wij kunnen deze lijst niet lezen: %(why)s Er is niets bewaard.")
