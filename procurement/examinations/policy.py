"""Who reads the register: a buyer its own, the programme and auditors all."""

from cwb.kernel.policy import Action, Role

READ = Action.of("examinations.read", Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.AUDITOR)
