"""What counts for reserved contracts refuse."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class CountNotFound(NotFound):
    """No such count, or not for this reader."""

    message = N_("Deze telling bestaat niet meer.")


class NobodyCounted(RuleBroken):
    """Nobody works there."""

    message = N_("Vul in hoeveel mensen bij u werken. Dat is er minstens één.")


class TargetTooMany(RuleBroken):
    """More people from the target group than people."""

    message = N_("Dit kunnen er niet meer zijn dan alle mensen samen: %(most)s.")


class AimTooShort(RuleBroken):
    """The main aim is not told."""

    message = N_("Schrijf in een paar zinnen hoe u mensen aan werk helpt. Minstens %(least)s tekens.")


class ProofMissing(RuleBroken):
    """Nobody can look it up."""

    message = N_("Schrijf welk stuk dit is, van wie, en het nummer of de datum.")


class CountDayInvalid(RuleBroken):
    """A count of the future, or an old one."""

    message = N_("Kies een dag tussen %(first)s en vandaag.")


class ProofDayInvalid(RuleBroken):
    """A proof that ended, or counts longer than a year."""

    message = N_("Kies een dag na vandaag, en niet later dan %(last)s.")


class CheckedBySelf(Forbidden):
    """Who stated it, or coaches the cooperative, does not check it."""

    message = N_("U vulde dit in of begeleidt deze coöperatie. Een ander controleert het.")


class NoteMissing(RuleBroken):
    """A check says what was seen."""

    message = N_("Schrijf wat u zag, of waarom het niet klopt.")


class CountSettled(Conflict):
    """It was checked or withdrawn already."""

    message = N_("Deze telling is al gecontroleerd of ingetrokken. Ze blijft staan. Vul een nieuwe in.")
