"""What can go wrong around bids. One class per broken rule."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class BidNotFound(NotFound):
    """No such bid, or of another organisation: the answer is the same."""


class BidAfterDeadline(RuleBroken):
    """Handed in after closing: logged, not stored."""

    message = N_(
        "De inschrijving is gesloten sinds %(closed_at)s. Uw inschrijving is niet ingediend. "
        "Wij noteerden uw poging. Uw concept is bewaard."
    )


class WithdrawalAfterDeadline(RuleBroken):
    """Withdrawn after closing: the bid stands."""

    message = N_(
        "De inschrijving is gesloten sinds %(closed_at)s. Intrekken kan niet meer. Uw inschrijving blijft staan."
    )


class TenderNotOpen(RuleBroken):
    """The tender takes no bids (not published, stopped, or opened)."""

    message = N_(
        "Op deze aanbesteding kunt u niet inschrijven. Er is niets ingediend. Uw concept is bewaard."
    )


class MayNotBid(RuleBroken):
    """The organisation may not bid on this tender; the page says why."""

    message = N_("Uw organisatie kan hier niet inschrijven. Op de pagina ziet u waarom.")


class BidUnfinished(RuleBroken):
    """Handed in with tasks open."""

    message = N_("Nog niet alles is klaar. Maak eerst af: %(tasks)s.")


class DraftChanged(Conflict):
    """Somebody else of the organisation saved the same part in the meantime."""

    message = N_(
        "Iemand anders heeft dit deel intussen opgeslagen. Uw tekst staat nog in het formulier. "
        "Bewaard is de tekst van de ander. Slaat u nu op, dan geldt uw tekst."
    )


class DraftClosed(RuleBroken):
    """A page saved after closing."""

    message = N_("De inschrijving is gesloten sinds %(closed_at)s. Deze wijziging is niet meer opgeslagen.")


class CheckedOther(Conflict):
    """The draft changed between checking and handing in."""

    message = N_("Het concept is veranderd na uw controle. Er is niets ingediend. Kijk het nog eens na.")


class BidWithdrawn(Conflict):
    """The bid was withdrawn in another window."""

    message = N_("Deze inschrijving is ingetrokken. Begin opnieuw als u toch wilt meedoen.")


class PriceMissing(RuleBroken):
    """No price, or zero."""

    message = N_("Vul uw prijs in. Die is hoger dan nul.")


class AnswerTooLong(RuleBroken):
    """A text beyond what is stored even as a draft."""

    message = N_("Deze tekst is te lang om te bewaren. Gebruik hooguit %(most)d tekens.")


class HelpsTwice(Conflict):
    """One person helps two bidders on a tender: no page of either bid opens until it is one."""

    message = N_(
        "U hoort bij twee inschrijvers op %(number)s. Kies voor wie u doorgaat. Stop de hulp aan de ander: "
        "dat kan bij Uw hulp, op de startpagina. Alles wat u invulde is bewaard."
    )


class UnknownPart(NotFound):
    """A part that this tender does not have."""


class NotYours(Forbidden):
    """A bid is its organisation's own until it is opened."""


class TooManyLots(RuleBroken):
    """As many lots as one bidder may bid on: published, so it holds for all."""

    message = N_(
        "U schreef al in op het hoogste aantal percelen: %(most)s. Trek eerst een andere inschrijving in. "
        "Uw concept is bewaard."
    )


class MemberHasTooManyLots(RuleBroken):
    """A joint bid counts for each of its members; names who stands in as many lots as one may bid on."""

    message = N_(
        "Door %(names)s gaat deze inschrijving over de grens van %(most)s percelen. Elk lid telt mee. "
        "Laat die partij elders intrekken, of schrijf in zonder haar. Uw concept is bewaard."
    )
