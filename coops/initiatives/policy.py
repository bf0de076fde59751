"""Who may do what with an initiative."""

from coops.initiatives import rules
from coops.initiatives.models import Initiative, InitiativeEvidence
from cwb.kernel.policy import Action, Actor, Role

START = Action.of("initiatives.start", Role.RESIDENT, Role.MEMBER, Role.BOARD, Role.PROGRAMME)
SIGN = Action.of("initiatives.sign", Role.RESIDENT, Role.MEMBER, Role.BOARD)
WORK = Action.of("initiatives.work", Role.RESIDENT, Role.MEMBER, Role.BOARD, Role.PROGRAMME, Role.COACH)
TELL = Action.of("initiatives.tell", *WORK.roles)
ANSWER = Action.of("initiatives.answer", *WORK.roles)
READ_FILE = Action.of("initiatives.read_file", *WORK.roles, Role.AUDITOR)
CHECK = Action.of("initiatives.check", Role.PROGRAMME)
COACH = Action.of("initiatives.coach", Role.PROGRAMME, Role.COACH)


def founds(found: Initiative, user_id: int) -> bool:
    """Whether somebody stands by it with a signature."""
    return any(each.user_id == user_id and each.left_at is None for each in found.founders)


def may(
    actor: Actor | None,
    action: Action,
    found: Initiative | None = None,
    shown: InitiativeEvidence | None = None,
) -> bool:
    """Whether the actor may do this: its founders and its coach work on it, a second person checks.

    The programme tells what it heard, and lets the first founder in where there is neither founder nor coach.
    """
    if actor is None or not action.open_to(actor):
        return False
    if found is None or action in {START, SIGN}:
        return True
    own, staff = actor.user_id in {*found.founding, found.coach_id}, actor.has(Role.PROGRAMME)
    led = found.coach_id is not None or any(each.left_at is None for each in found.founders)
    also = {
        WORK: False, TELL: staff, ANSWER: staff and not led, READ_FILE: staff or actor.has(Role.AUDITOR)
    }  # fmt: skip
    if action in also:
        return own or also[action]
    if action is CHECK and shown is not None:
        return rules.may_check(
            actor.user_id, told_by_id=shown.told_by_id, coach_id=found.coach_id,
            founders=[each.user_id for each in found.founders],
        )  # fmt: skip
    return True
