"""What a tender refuses."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class TenderNotFound(NotFound):
    """No such tender, or it is another organisation's draft."""

    message = N_("Deze aanbesteding bestaat niet, is nog niet gepubliceerd, of is alleen voor genodigden.")


class DraftIncomplete(RuleBroken):
    """A step is missing; nothing is reviewed or published until all are there."""

    message = N_("Nog niet klaar: %(step)s. Vul dit eerst in.")


class TitleMissing(RuleBroken):
    """A tender has a title."""

    message = N_("Geef de aanbesteding een titel.")


class ValueInvalid(RuleBroken):
    """An estimate is more than nothing."""

    message = N_("De geraamde waarde moet meer dan nul euro zijn.")


class TermReversed(RuleBroken):
    """A contract ends after it starts."""

    message = N_("De einddatum ligt niet na de begindatum.")


class PaymentTermInvalid(RuleBroken):
    """Buyers pay within thirty days (domain/procurement.md §3)."""

    message = N_("Betalen gebeurt binnen 1 tot en met 30 dagen.")


class NoLotsReasonMissing(RuleBroken):
    """Not dividing into lots is explained at every value (Aanbestedingswet 1.5)."""

    message = N_("Schrijf waarom u de opdracht niet in percelen verdeelt. De wet vraagt dat.")


class ContactMissing(RuleBroken):
    """Bidders can reach somebody."""

    message = N_("Vul in wie vragen beantwoordt, met een e-mailadres.")


class PhoneInvalid(RuleBroken):
    """What stands in the award letter can be called."""

    message = N_("Vul alleen een telefoonnummer in, bijvoorbeeld 020 123 45 67.")


class ProcedureFixed(Conflict):
    """A competition under a framework is no new purchase: there is nothing to choose."""

    message = N_(
        "Dit is een mini-competitie onder een raamovereenkomst. De procedure staat vast. Er is niets veranderd."
    )


class ProcedureUnknown(RuleBroken):
    """No such procedure."""

    message = N_("Kies een procedure uit de lijst.")


class ProcedureNotAllowed(RuleBroken):
    """The law forbids this procedure here."""

    message = N_("Deze procedure mag niet: de wet laat haar bij deze waarde of CPV-code niet toe.")


class DeviationReasonMissing(RuleBroken):
    """Another procedure than advised has a reason."""

    message = N_("U kiest anders dan het advies. Schrijf waarom.")


class ReservationNotAllowed(RuleBroken):
    """The reservation cannot be used for this purchase; the advice says which rule."""

    message = N_("Deze voorbehouding mag hier niet volgens artikel %(article)s. Kies wat wel kan.")


class ReservationReasonMissing(RuleBroken):
    """A reservation says on what ground."""

    message = N_("Schrijf waarom u de opdracht voorbehoudt.")


class NotDraft(Conflict):
    """Published or withdrawn: the content no longer changes."""

    message = N_(
        "Deze aanbesteding is al gepubliceerd of ingetrokken. Gewichten en formule liggen vast. "
        "Teksten wijzigt u met een rectificatie. Moet meer anders, stop dan en publiceer een nieuwe."
    )


class AlreadyPublished(Conflict):
    """A colleague was first."""

    message = N_("Een collega publiceerde deze aanbesteding al. Er is niets dubbel gedaan.")


class DraftChanged(Conflict):
    """The draft was changed while this form was open."""

    message = N_(
        "Een collega wijzigde dit concept. Uw wijziging is niet bewaard. Ga terug: wat u typte, staat er nog. "
        "Kopieer uw tekst. Laad de pagina daarna opnieuw."
    )


class ReviewBySamePerson(Forbidden):
    """Who wrote it does not review it."""

    message = N_("U schreef of wijzigde dit zelf. Vraag een collega om te controleren.")


class NotReviewed(RuleBroken):
    """No publication without a second person."""

    message = N_("Een collega moet dit eerst controleren. Daarna kunt u publiceren.")


class QuestionsAlreadyClosed(RuleBroken):
    """There is time to ask."""

    message = N_("Geef minstens één dag om vragen te stellen.")


class TermTooShort(RuleBroken):
    """The procedure's minimum term."""

    message = N_("Deze procedure vraagt minstens %(days)s dagen. Sluit op zijn vroegst op %(earliest)s.")


class QuestionsUntilMissing(RuleBroken):
    """Where one may ask, the last moment is known."""

    message = N_("Vul in tot wanneer vragen kunnen.")


class ApplyUntilMissing(RuleBroken):
    """Who selects lets apply first, until a moment."""

    message = N_("Vul in tot wanneer aanmelden kan.")


class PriorNoticeIncomplete(RuleBroken):
    """A prior notice has a day before today and a reference."""

    message = N_("Vul de dag en het kenmerk van de vooraankondiging in. De dag ligt voor vandaag.")


class ValidityOutside(RuleBroken):
    """Too short to judge and wait, or longer than prices can be reckoned."""

    message = N_("Kies een aantal dagen van %(least)s tot en met %(most)s.")


class AnswersTooLate(RuleBroken):
    """Answers are out ten days before closing (Aanbestedingswet 2.54), so questions end before that."""

    message = N_("Antwoorden komen %(days)s dagen voor sluiten. Laat vragen uiterlijk tot %(latest)s toe.")


class OfficersNotTwo(RuleBroken):
    """Two different people of the buyer open the bids."""

    message = N_("Kies twee verschillende collega's die samen openen.")


class OfficerWithoutKey(RuleBroken):
    """An opening officer holds a sealing key."""

    message = N_("Deze collega heeft nog geen sleutel. Laat die eerst maken.")


class EscrowMissing(RuleBroken):
    """A third share lies outside the buyer."""

    message = N_("Kies een toezichthouder die de reservesleutel bewaart.")


class DeadlineNotLater(RuleBroken):
    """A deadline moves later only."""

    message = N_("Een sluitmoment gaat alleen naar later. Nu sluit het op %(closes_at)s.")


class DeadlinePassed(RuleBroken):
    """What has closed stays closed."""

    message = N_("De inschrijving is al gesloten. Het sluitmoment verandert niet meer.")


class QuestionsNotEarlier(RuleBroken):
    """The last day to ask moves later only."""

    message = N_("De laatste dag voor vragen gaat alleen naar later.")


class ReviewNoteMissing(RuleBroken):
    """Who sends a draft back says what must be better."""

    message = N_("Schrijf wat er beter moet. Uw collega leest dit.")


class ReasonMissing(RuleBroken):
    """A change after publication says why."""

    message = N_("Schrijf waarom. Iedereen die volgt, leest dit.")


class NotOpen(Conflict):
    """Only an open tender is changed this way."""

    message = N_("Deze aanbesteding staat niet open. Er is niets veranderd.")


class CannotCancel(Conflict):
    """Awarded, cancelled or finished: there is nothing left to cancel."""

    message = N_("Deze aanbesteding is al gegund of gestopt. Intrekken kan niet meer.")


class OutOfOrder(Conflict):
    """A step of the procedure before the one it needs, or after it was done."""

    message = N_(
        "Deze stap kan nu niet. Een eerdere stap ontbreekt, of hij is al gedaan. Er is niets veranderd."
    )
