"""Who says what was passed on, who checks it, and who sees what stands out."""

from cwb.kernel.policy import Action, Role

PASS_ON = Action.of("landing.pass_on", Role.BOARD, Role.MEMBER)
SEE = Action.of("landing.see", Role.BOARD, Role.MEMBER, Role.PROGRAMME, Role.AUDITOR)
WITHDRAW = Action.of("landing.withdraw", Role.PROGRAMME)
"""An approval, once given; while it waits its supplier takes it back itself (`PASS_ON`)."""
CHECK = Action.of("landing.check", Role.PROGRAMME, Role.AUDITOR)
ANSWER = Action.of("landing.answer_flag", Role.PROGRAMME, Role.AUDITOR)
SEE_FLAGS = Action.of("landing.flags", Role.PROGRAMME, Role.AUDITOR)
