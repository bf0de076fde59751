"""Who may read what a draft was asked about: its buyer's people, and an auditor."""

from cwb.kernel.policy import Action, Role

READ = Action.of("counsel.read", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
