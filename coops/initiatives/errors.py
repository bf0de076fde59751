"""What an initiative refuses."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class InitiativeNotFound(NotFound):
    """No such initiative."""

    message = N_("Dit initiatief bestaat niet. Kijk in de lijst welke er zijn.")


class SentenceMissing(RuleBroken):
    """One sentence is enough, none is not."""

    message = N_("Schrijf in één zin wat u wilt beginnen.")


class StartedBefore(RuleBroken):
    """The same person, the same sentence, and the first one still runs."""

    message = N_("U begon dit initiatief al. Het staat hierboven. Ga daar verder, of schrijf een andere zin.")


class InitiativeStopped(Conflict):
    """It ended; what was known stays."""

    message = N_("Dit initiatief is gestopt. Er is niets veranderd.")


class RequestGone(NotFound):
    """Nobody asks, or it was answered."""

    message = N_("Deze vraag is er niet meer. Iemand gaf al antwoord, of trok de vraag in.")


class WordMissing(RuleBroken):
    """Whom one declines is told why."""

    message = N_("Schrijf kort waarom niet. De vrager leest dit.")


class KvkOfAnother(RuleBroken):
    """The number of an organisation that is here, and of which no founder is."""

    message = N_(
        "Dit nummer is van een organisatie die hier al staat. Geen van de oprichters hoort daarbij. Kijk het nummer na."
    )


class StopAsked(Conflict):
    """Somebody proposed it already."""

    message = N_("Iemand stelde al voor om te stoppen. Bevestig dat, of ga door.")


class NoStopAsked(Conflict):
    """Nobody else who founds or guides it proposed to stop."""

    message = N_("Er ligt geen voorstel van een ander om te stoppen. Er is niets veranderd.")


class TooLateBack(Conflict):
    """The way back is over."""

    message = N_("Dit initiatief stopte meer dan 30 dagen geleden. Begin een nieuw.")


class EvidenceMissing(RuleBroken):
    """A step is shown by something that somebody else can look up."""

    message = N_("Schrijf welk stuk dit bewijst, en waar het ligt.")


class StatutesMissing(RuleBroken):
    """Statutes are there when the deed is: a draft is under way."""

    message = N_(
        "Voeg de definitieve statuten toe. Hebt u alleen een concept? Kies dan “Statuten: nog een concept”."
    )


class AccountsMissing(RuleBroken):
    """Whether a cooperative covers its costs is read in its accounts."""

    message = N_("Voeg de jaarrekeningen toe. Daarin staat of er twee boekjaren geen verlies was.")


class EvenTooSoon(RuleBroken):
    """Nothing that is not founded and has no work covers its costs."""

    message = N_("Dit kan nog niet. Laat eerst de definitieve statuten of een eerste contract zien.")


class EvenEarly(RuleBroken):
    """Two book years without loss take more than a year: only the first may be short."""

    message = N_(
        "Dit kan op zijn vroegst op %(day)s: een jaar na de akte. Vul de laatste dag van het tweede boekjaar in."
    )


class KvkEarly(RuleBroken):
    """KvK enters a cooperative after its deed (BW 2:53, 2:54)."""

    message = N_("De akte is van %(day)s. De KvK schrijft daarna in: kies een dag vanaf toen.")


class KvkTooSoon(RuleBroken):
    """A cooperative is founded by a notary's deed: before it there is nothing that KvK can enter."""

    message = N_(
        "Het KvK-nummer komt na de akte van de notaris. Laat eerst de definitieve statuten zien. "
        "Meld daarna het nummer."
    )


class ContractTooSoon(RuleBroken):
    """Nobody signs with a cooperative that is not there."""

    message = N_("Een contract komt na het KvK-nummer. Meld eerst dat nummer.")


class ContractMissing(RuleBroken):
    """A contract is seen here, or its file is."""

    message = N_("Kies een contract van hier, of voeg het getekende contract toe als bestand.")


class ContractUnknown(RuleBroken):
    """Not one of the contracts of its own organisation, or it stands there already."""

    message = N_("Dit contract is niet van uw organisatie, of staat er al. Kies een ander.")


class EvidenceAhead(RuleBroken):
    """A step was reached on a day that is over."""

    message = N_("Kies vandaag of een dag daarvoor.")


class StepBySigning(RuleBroken):
    """The founding group is there when people sign, not when somebody says so."""

    message = N_("De oprichtersgroep is er als twee mensen tekenen. Een bewijs is niet nodig.")


class KvkNeeded(RuleBroken):
    """The step KvK is a number."""

    message = N_("Vul het KvK-nummer in: acht cijfers.")


class NoSecondPerson(Conflict):
    """Evidence is checked by somebody else."""

    message = N_(
        "U schreef dit zelf op, of hoort bij dit initiatief. Vraag een collega om het te controleren."
    )


class DraftUnchecked(Conflict):
    """A draft may still change: nobody checks it."""

    message = N_("Dit is nog een concept. Controleer de definitieve statuten, zodra die er zijn.")


class RefusalMissing(RuleBroken):
    """Who reads that evidence is not right, reads why."""

    message = N_("Schrijf wat er niet klopt. De oprichters lezen dit en geven een nieuw bewijs.")


class EvidenceJudged(Conflict):
    """Evidence is checked once; a new paper is new evidence."""

    message = N_("Dit bewijs is al nagekeken. Er is niets veranderd. Kijk op de bladzijde wat eruit kwam.")


class EvidenceOfAnother(Forbidden):
    """Who told it takes it back."""

    message = N_("Alleen wie dit bewijs gaf, neemt het terug. Er is niets veranderd.")


class EvidenceGone(NotFound):
    """No such evidence."""

    message = N_("Dit bewijs hoort niet bij dit initiatief.")


class TaskMissing(RuleBroken):
    """A task says what is to be done."""

    message = N_("Schrijf wat er moet gebeuren.")


class TaskBehind(RuleBroken):
    """A task lies ahead, at most two years."""

    message = N_("Kies een dag vanaf vandaag, hooguit twee jaar vooruit.")


class TaskGone(NotFound):
    """No such task."""

    message = N_("Deze taak hoort niet bij dit initiatief.")


class TaskDone(Conflict):
    """A task is done once."""

    message = N_("Deze taak was al gedaan. Er is niets veranderd.")


class CoachThere(Conflict):
    """Somebody else guides it."""

    message = N_("Iemand anders begeleidt dit initiatief al. Er is niets veranderd.")


class ReasonMissing(RuleBroken):
    """Stopping says why, for those who helped."""

    message = N_("Schrijf waarom. Mensen hebben hieraan gewerkt.")


class LearnedMissing(RuleBroken):
    """What was learned is told to everyone."""

    message = N_("Schrijf wat u hoorde. Iedereen kan het dan lezen.")
