"""What can go wrong around an award decision."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class AwardNotFound(NotFound):
    """No such decision or letter, or of somebody else: the answer is the same."""


class NotYourTender(Forbidden):
    """The decision is the buyer's own."""

    message = N_("Alleen inkopers van de inkopende organisatie mogen dit.")


class ScoresNotFrozen(Conflict):
    """No decision before the panel is done."""

    message = N_("De scores staan nog niet vast. Daarna kunt u het besluit voorbereiden.")


class TieOpen(Conflict):
    """A shared first place is decided first."""

    message = N_("Er is een gelijke stand. Beslis die eerst, volgens de gepubliceerde regel.")


class NobodyToAward(Conflict):
    """All bids are out."""

    message = N_("Er is geen geldige inschrijving over. Verklaar de aanbesteding mislukt.")


class NobodyLeft(Conflict):
    """No bid is left on the lots whose award was taken back."""

    message = N_("Op deze percelen is geen geldige inschrijving over. Stop met die percelen, met de reden.")


class LotReasonMissing(RuleBroken):
    """A lot that fails alone says why; every bidder on it, and everyone, reads it."""

    message = N_("Perceel %(lot)s krijgt geen winnaar. Schrijf waarom.")


class AlreadyPrepared(Conflict):
    """There is a decision already."""

    message = N_("Er is al een besluit in voorbereiding. Er is niets dubbel gedaan.")


class NotPrepared(Conflict):
    """No decision is being prepared."""

    message = N_("Er is geen besluit in voorbereiding. Begin daarmee.")


class AlreadySent(Conflict):
    """A colleague was first: letters go once."""

    message = N_("De brieven zijn al verstuurd op %(sent_at)s. Er is niets dubbel verstuurd.")


class DecisionChanged(Conflict):
    """The decision was changed while this page was open."""

    message = N_("Een collega wijzigde dit besluit. Er is niets verstuurd. Lees het nog eens.")


class SendBySamePerson(Forbidden):
    """Who prepared or wrote does not send."""

    message = N_("U schreef zelf aan dit besluit. Vraag een collega om het te lezen en te versturen.")


class TieBySamePerson(Forbidden):
    """Two people stand for how a tie was decided: who decided, and who read that and sent the letters."""

    message = N_("U besliste zelf een gelijke stand. Vraag een collega om alles te lezen en te versturen.")


class ReasonsTooShort(RuleBroken):
    """Every loser reads the relative advantages of the winner in words, not a stock phrase (2.130)."""

    message = N_("Schrijf minstens %(least)s tekens in eigen woorden. Een standaardzin is niet genoeg.")


class ReasonsMissing(RuleBroken):
    """A letter without reasons is not sent."""

    message = N_("Nog niet alle brieven hebben een motivering. Vul aan: %(labels)s.")


class ContactMissing(RuleBroken):
    """Bidders know whom to write."""

    message = N_("Vul in bij wie een inschrijver bezwaar kan maken.")


class TermTooShort(RuleBroken):
    """The dated rule is the least."""

    message = N_("De termijn is minstens %(least)s dagen.")


class NoTerm(RuleBroken):
    """No dated rule holds on this day."""

    message = N_("Er is geen termijn bekend voor deze dag. Vraag de beheerder om de regels bij te werken.")


class ReasonMissing(RuleBroken):
    """Says why."""

    message = N_("Schrijf waarom. Alle inschrijvers lezen dit.")


class StillBids(RuleBroken):
    """A valid bid is awarded or the tender is cancelled."""

    message = N_("Er is nog een geldige inschrijving. Gun die, of trek de aanbesteding in.")
