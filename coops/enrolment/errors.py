"""What is refused while registering. Each message says what to do next."""

from cwb.kernel.errors import Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class PageUnknown(NotFound):
    """No such page, or it is not asked of an organisation that is here already."""


class NotForThisRole(Forbidden):
    """Who buys, assesses, checks or guides founds no supplier."""

    message = N_("Met uw rol kunt u geen coöperatie aanmelden. Vraag iemand van de coöperatie zelf.")


class ForeignEntity(RuleBroken):
    """An organisation of another country."""

    message = N_(
        "In dit register staan alleen organisaties uit het Nederlandse Handelsregister. "
        "Inschrijven mag ook vanuit een ander EU-land. Vraag de koper op tijd hoe dat kan."
    )


class DissolvedEntity(RuleBroken):
    """An organisation that ended."""

    message = N_(
        "Een opgeheven organisatie kan niet meedoen. Bent u verdergegaan? Vul dan het nieuwe KvK-nummer in."
    )


class NotFounded(RuleBroken):
    """No organisation yet."""

    message = N_(
        "U hebt nog geen KvK-nummer. Dat hoeft ook nog niet. Begin een initiatief, of kijk op de inkoopkalender."
    )


class AlreadyHere(RuleBroken):
    """The same KvK number, btw-id or IBAN: it is the organisation that is here. Its name is not told."""

    message = N_("Dit nummer hoort bij een organisatie die hier al is. Vraag hieronder of u mee mag doen.")


class BoardSends(RuleBroken):
    """A helper sends what was filled in."""

    message = N_("Alles is bewaard. Alleen het bestuur verstuurt dit. Vraag het bestuur om te kijken.")


class WijkElsewhere(RuleBroken):
    """The postcode does not touch that wijk."""

    message = N_("Deze postcode ligt niet in die wijk. Kies een wijk uit de lijst, of kijk de postcode na.")


class PagesMissing(RuleBroken):
    """The end before all the rest."""

    message = N_("Er mist nog iets. Vul eerst de andere bladzijden in.")


class DraftGone(NotFound):
    """No registration of one's own that waits."""

    message = N_("Deze aanmelding is er niet meer. Kijk op de lijst waar u verder kunt.")
