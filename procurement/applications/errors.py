"""What applying and selecting refuse."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ApplicationNotFound(NotFound):
    """No such application, or it is not yours to read."""


class NoApplyingHere(Conflict):
    """The tender has no selection, or is not open."""

    message = N_("Bij deze opdracht meldt u zich niet aan. Er is niets bewaard.")


class AppliedTooLate(RuleBroken):
    """Applying ended."""

    message = N_("Aanmelden kon tot %(closed_at)s. Uw aanmelding is niet ontvangen of gewijzigd.")


class ApplicationEmpty(RuleBroken):
    """Words are needed."""

    message = N_("Schrijf waarom u dit werk kunt.")


class NotMeeting(RuleBroken):
    """Who applies says that it meets the requirements."""

    message = N_("Verklaar dat u aan de eisen voldoet. Kan dat niet, stel dan eerst een vraag.")


class MayNotApply(RuleBroken):
    """The buyer itself, or without a KvK number."""

    message = N_("Uw organisatie kan zich hier niet aanmelden. Zij heeft een KvK-nummer nodig.")


class SelectionEarly(Conflict):
    """Applying has not ended: nobody reads an application yet."""

    message = N_("Aanmelden kan nog tot %(until)s. Tot dan ziet niemand wie zich aanmeldde.")


class AlreadySelected(Conflict):
    """The selection is done."""

    message = N_("De selectie is al bekendgemaakt. Er is niets veranderd.")


class SelectionIncomplete(RuleBroken):
    """Every applicant gets a decision with its reason."""

    message = N_("Kies bij elke aanmelding ja of nee, en schrijf waarom.")


class NobodySelected(RuleBroken):
    """With nobody there is nothing to bid."""

    message = N_("Kies er minstens één. Past niemand, stop dan de aanbesteding met de reden.")


class NotYourTender(Forbidden):
    """Only purchasers of the buyer select."""
