"""What a contract that was lowered still bears."""

import pytest

from coops.credit import errors, queries
from cwb.kernel.money import Money
from ledger.agreements.services import reduce_agreements
from tests.coops.credit.test_services import mails


def reduce(wheel, by):
    reduce_agreements(
        wheel.session, agreement_ids=[wheel.agreement.id], by=Money(by), actor_id=None, at=wheel.at
    )


def test_a_lower_contract_bears_less_and_who_decides_hears_what_is_above_it(wheel):
    reduce(wheel, 800_000)
    with pytest.raises(errors.AboveShare):
        wheel.ask(amount=Money(100_001))  # half of the 2,000 that is left of 10,000
    made = wheel.running()
    reduce(wheel, 100_000)
    about = "Het contract onder een voorschot werd lager"
    assert queries.above(wheel.session, made, wheel.today) == 0, "half of 1,000 still bears 500"
    assert not any(about in each for each in mails(wheel.session, "decider@voorbeeld.example"))
    reduce(wheel, 20_000)
    assert queries.above(wheel.session, made, wheel.today) == 10_000
    assert sum(about in each for each in mails(wheel.session, "decider@voorbeeld.example")) == 1
    assert made.advance.claim.outstanding == 50_000, "nothing moves by itself"
