"""Who reads how a figure stands before it is signed.

The programme, the board of the alliance and the auditor read it in full. A buyer reads its own part at its bridge and
in its own lines, and every buyer's part only once it is prepared or signed.
"""

from cwb.kernel.policy import Action, Actor, Role

READ = Action.of("drafts.read", Role.PROGRAMME, Role.ALLIANCE, Role.AUDITOR)


def may_read(actor: Actor | None) -> bool:
    """Whether the actor reads figures that are not signed."""
    return READ.open_to(actor)
