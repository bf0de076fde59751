"""Who reads and adds papers: the board of its own organisation; who checks and who audits reads."""

from coops.papers.models import CooperativePaper
from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

ADD = Action.of("cooperative_paper.add", Role.BOARD, Role.REGISTER_HELPER)
READ = Action("cooperative_paper.read", SIGNED_IN, helped=frozenset({Role.REGISTER_HELPER}))
REMOVE = Action.of("cooperative_paper.remove", Role.BOARD)
_READERS = (Role.PROGRAMME, Role.AUDITOR)


def may_read(actor: Actor, paper: CooperativePaper) -> bool:
    """Whether this reader may open a paper; that of an unfinished registration only who put it there."""
    if paper.organisation_id is None:
        return paper.added_by_id == actor.user_id
    own = actor.organisation_id == paper.organisation_id and actor.has(Role.BOARD, Role.REGISTER_HELPER)
    return own or actor.has(*_READERS)
