"""What a meeting refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class MeetingNotFound(NotFound):
    """No such meeting of this cooperative."""

    message = N_("Deze vergadering is er niet.")


class MotionNotFound(NotFound):
    """No such motion of this cooperative."""

    message = N_("Dit voorstel is er niet.")


class TextMissing(RuleBroken):
    """A meeting and a motion have a title; minutes say something."""

    message = N_("Vul dit in.")


class TermInvalid(RuleBroken):
    """A number that no statutes hold."""

    message = N_("Vul een getal in dat kan.")


class TermsChanged(Conflict):
    """Somebody else changed it after the page was opened."""

    message = N_("Iemand anders wijzigde dit net. Er is niets overschreven. Kijk opnieuw.")


class TooLateToConvene(RuleBroken):
    """The convocation goes out so many days before the meeting as the statutes say."""

    message = N_(
        "Dit kan op zijn vroegst op %(first)s: de oproep gaat zoveel dagen vooraf. Kies een latere dag."
    )


class NoMotions(RuleBroken):
    """A meeting is convened with something to decide."""

    message = N_("Zet eerst minstens één voorstel op de agenda.")


class AgendaFixed(Conflict):
    """After the convocation the agenda stays: everybody decides on what they read."""

    message = N_("De leden zijn al opgeroepen. De agenda verandert niet meer.")


class NotYet(RuleBroken):
    """A meeting opens on its day, after the convocation."""

    message = N_("De vergadering kan pas open op de dag zelf, na de oproep.")


class NotOpen(Conflict):
    """The meeting is not open."""

    message = N_("De vergadering is nu niet open. Er is niets veranderd.")


class NotCalled(Conflict):
    """What is called off was called together and has not opened."""

    message = N_(
        "Afzeggen kan alleen na de oproep, en voordat de vergadering open is. Er is niets veranderd."
    )


class NotCalledOff(RuleBroken):
    """Only the agenda of a meeting that was called off goes over to another."""

    message = N_("Deze vergadering is niet afgezegd. De voorstellen blijven daar staan.")


class MotionsOpen(RuleBroken):
    """Every motion is voted on, or taken off, before the meeting closes."""

    message = N_(
        "Over een voorstel is nog niet gestemd. Stem erover of haal het van de agenda. Daarna kan de vergadering dicht."
    )


class SecretForPeople(RuleBroken):
    """An open vote about somebody's place in the cooperative."""

    message = N_("Dit voorstel gaat over een mens. Laat geheim stemmen.")


class NoVote(RuleBroken):
    """A supporting member has no vote, and so gives or holds none."""

    message = N_("Dit lid heeft geen stem.")


class ProxyInvalid(RuleBroken):
    """Nobody represents themselves, or somebody who is there, or through somebody who is represented."""

    message = N_("Deze volmacht kan niet. Kies een ander lid dat zelf komt.")


class TooManyProxies(RuleBroken):
    """A member holds at most so many proxies as the statutes say."""

    message = N_("Dit lid heeft al %(most)s volmachten. Meer mag niet.")
