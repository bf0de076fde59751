"""What can be wrong with a study of the local multiplier."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class StudyUnknown(NotFound):
    """No such study, or it is not finished."""

    message = N_("Dit onderzoek is er niet.")


class StudyFinished(Conflict):
    """It was published and stands."""

    message = N_("Dit onderzoek is al openbaar. Begin een nieuw onderzoek.")


class StudyOwn(Forbidden):
    """Who filled in something of a study does not publish it."""

    message = N_("U werkte zelf aan dit onderzoek. Een collega maakt het openbaar.")


class FirstRoundMissing(RuleBroken):
    """No money to study."""

    message = N_("Vul het bedrag in dat u onderzoekt. Dat is meer dan nul.")


class RoundTooLarge(RuleBroken):
    """A round that holds more than the round before."""

    message = N_("De ontvangers samen kregen meer dan het bedrag dat u onderzoekt.")


class AnswerInvalid(RuleBroken):
    """An answer that is no part of a whole."""

    message = N_("Vul een deel in tussen 0 en 100 procent, of laat het leeg als iemand niet antwoordde.")


class RecipientTwice(RuleBroken):
    """The same recipient twice."""

    message = N_("Deze ontvanger staat er al.")


class StudyTextMissing(RuleBroken):
    """A study that does not say what was studied or who was asked."""

    message = N_("Schrijf op wat u onderzoekt en wie u vroeg.")


class PlaceUnsaid(RuleBroken):
    """No register says where a recipient is, and nobody chose."""

    message = N_("Het register zegt niet waar die zit. Kies het zelf, en schrijf op waarom.")


class StudyEmpty(RuleBroken):
    """A study without a single recipient."""

    message = N_("Noem eerst wie het geld kreeg.")
