"""What the register refuses."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class CooperativeNotFound(NotFound):
    """No cooperative of this address, or it is not listed."""

    message = N_("Deze coöperatie staat niet in het register.")


class SectorMissing(RuleBroken):
    """A cooperative names at least one kind of work."""

    message = N_("Kies minstens één soort werk.")


class SharesInvalid(RuleBroken):
    """A share of votes or work is a percentage."""

    message = N_("Een aandeel is een percentage van 0 tot en met 100.")


class CapacityInvalid(RuleBroken):
    """Capacity is counted in whole hours and people, and not below zero."""

    message = N_("Vul een heel getal in, nul of meer.")


class MeetingInFuture(RuleBroken):
    """The last general meeting lies behind us."""

    message = N_("De laatste ledenvergadering ligt in het verleden.")


class ProofMissing(RuleBroken):
    """A verification names the document that was seen."""

    message = N_("Schrijf waar het staat. Zonder stuk is niets bewezen.")


class PaperUnnamed(RuleBroken):
    """A fact is proven by a paper of the file, or by one of which kind, day and place are named."""

    message = N_("Zeg welk stuk het is: vul soort, dag en plaats in. Staat het in de lijst? Kies het daar.")


class PaperShowsNot(RuleBroken):
    """A paper of this kind tells nothing of this fact."""

    message = N_("Dit soort stuk zegt niets over dit feit. Kies een ander stuk.")


class PaperAhead(RuleBroken):
    """A paper that was seen was made before."""

    message = N_("Een stuk dat u zag, is van vandaag of eerder.")


class InNoRegister(RuleBroken):
    """Only what a public register holds is found in one."""

    message = N_(
        "Dit feit staat in geen openbaar register. Kies een stuk, of een accountant of keurmerk die het bevestigt."
    )


class NothingProven(RuleBroken):
    """A profile is verified on at least one fact that was seen in a paper, beside the day of a meeting."""

    message = N_(
        "Nog geen feit is aangetoond met een stuk. Beoordeel eerst een feit. De dag van een vergadering is te weinig."
    )


class ReasonMissing(RuleBroken):
    """A refusal says why, so that the cooperative can mend it."""

    message = N_("Schrijf waarom. De coöperatie kan het dan verbeteren.")


class ClaimNotStated(RuleBroken):
    """A judgement on what is not said."""

    message = N_("De coöperatie zegt dit nu niet over zichzelf. Er valt niets te beoordelen.")


class NoSecondPerson(Forbidden):
    """Who registered or coaches a cooperative does not verify it."""

    message = N_("U vulde dit zelf in of u begeleidt deze coöperatie. Vraag een collega om te controleren.")


class ClaimChanged(Conflict):
    """The fact was said otherwise while it was judged."""

    message = N_("De coöperatie zegt dit nu anders. Uw oordeel is niet bewaard. Laad de pagina opnieuw.")


class ProfileChanged(Conflict):
    """The profile was changed while this form was open."""

    message = N_(
        "Iemand anders wijzigde dit profiel. Uw wijziging is niet bewaard. Ga terug: wat u typte, staat er nog. "
        "Kopieer uw tekst. Laad de pagina daarna opnieuw."
    )
