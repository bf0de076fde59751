"""Who may do what with a line."""

import pytest

from cwb.kernel.policy import Actor, Role
from ledger.spend import policy
from ledger.spend.models import SpendLine

LINE = SpendLine(anchor_id=1)


@pytest.mark.parametrize(
    ("role", "organisation", "sees", "codes"),
    [
        (Role.PURCHASER, 1, True, True),
        (Role.PURCHASER, 2, False, False),
        (Role.PROGRAMME, 2, True, False),
        (Role.AUDITOR, 2, True, False),
        (Role.BOARD, 1, False, False),
        (Role.ASSESSOR, 1, False, False),
    ],
)
def test_an_anchor_codes_its_own_and_programme_and_auditor_look(role, organisation, sees, codes):
    actor = Actor(1, "Voorbeeld", organisation, "", frozenset({role}))
    assert policy.may(actor, policy.SEE_LINES, LINE) is sees
    assert policy.may(actor, policy.CODE_LINE, LINE) is codes
    assert policy.sees_all(actor) is (role in {Role.PROGRAMME, Role.AUDITOR})
