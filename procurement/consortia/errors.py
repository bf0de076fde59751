"""What can be wrong with a joint bid."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class SharesNotWhole(RuleBroken):
    """Shares are above zero, in hundredths of a percent, and 100 percent together."""

    message = N_(
        "De aandelen zijn samen %(sum)s procent. Het moet precies 100 zijn. Verschil: %(left)s procent."
    )


class ShareWrong(RuleBroken):
    """A share of zero or less, or of more than the whole."""

    message = N_("Elk aandeel ligt boven 0 en onder 100 procent, met hooguit twee cijfers achter de komma.")


class RoleMissing(RuleBroken):
    """A member without a word about what it does."""

    message = N_("Schrijf van elk lid wat het doet, in hooguit %(most)s tekens.")


class ReasonTooShort(RuleBroken):
    """No reason why a member does not bid alone (art. 6 Mw)."""

    message = N_("Schrijf waarom u dit niet alleen doet. Gebruik minstens %(least)s tekens.")


class LiabilityOpen(RuleBroken):
    """A member that does not answer for the whole."""

    message = N_("Vink aan dat uw organisatie meetekent voor de hele opdracht. Anders kan dit niet samen.")


class SignaturesMissing(RuleBroken):
    """Handed in without a fresh signature of every member."""

    message = N_(
        "Nog niet ieder lid tekende voor precies deze inhoud. Er is niets ingediend. "
        "Uw concept is bewaard. Vraag nog om de handtekening van: %(names)s."
    )


class OwnStatementMissing(RuleBroken):
    """A member signs while its own answers on the exclusion grounds are missing or run out before the closing."""

    message = N_(
        "Uw eigen verklaring mist nog of verloopt voor de sluiting. Er is niet getekend. Vul haar eerst in."
    )


class MembersUnstated(RuleBroken):
    """Handed in while the statement of a member is missing, or does not count on the day of closing any more."""

    message = N_(
        "De eigen verklaring mist nog of is verlopen van: %(names)s. Er is niets ingediend. "
        "Uw concept is bewaard. Vraag dit lid de verklaring bij te werken en opnieuw te tekenen."
    )


class MembersDiffer(Conflict):
    """The members in the draft are not those who take part."""

    message = N_("De leden zijn veranderd. Er is niets ingediend. Kijk de leden en aandelen na.")


class NotTakingPart(Conflict):
    """A member that left in the meantime."""

    message = N_("Dit lid doet al niet meer mee. Er is niets veranderd.")


class MemberMayNotBid(RuleBroken):
    """A member for which the buyer's rules close the door."""

    message = N_(
        "%(name)s kan niet meedoen aan deze aanbesteding. Er is niets ingediend. "
        "Haal dit lid weg of vraag het lid wat er is."
    )


class TakesPartTwice(RuleBroken):
    """Alone and together on one lot, or in two joint bids: a bidder takes part once."""

    message = N_(
        "Iemand van deze inschrijving doet al mee op dit perceel, alleen of met anderen. "
        "Dat mag één keer. Er is niets ingediend. Uw concept is bewaard."
    )


class SubcontractorUnfinished(RuleBroken):
    """A subcontractor without name, work or share."""

    message = N_("Vul van elke onderaannemer de naam, het werk en het deel in.")


class SubcontractedTooMuch(RuleBroken):
    """More than all of the work."""

    message = N_("Onderaannemers doen samen %(sum)s procent. Dat kan hooguit 100 zijn.")


class DemandMissing(RuleBroken):
    """One relies on another for a demand."""

    message = N_("Kies voor welke eis u op deze organisatie steunt.")


class WordsTooShort(RuleBroken):
    """What is lent has to be clear."""

    message = N_("Schrijf minstens %(least)s tekens.")


class BackersOpen(RuleBroken):
    """Who is relied on promised nothing yet, or its answers run out."""

    message = N_("Deze organisaties zegden nog niets toe: %(names)s. Er is niets ingediend.")
