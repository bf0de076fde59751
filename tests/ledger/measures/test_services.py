"""What the books of a small circle measure to, each window once, and the database that keeps it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from ledger.books.models import Entry, Transfer
from ledger.books.services import reverse
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.measures import queries, rules, services
from ledger.measures.errors import CostEmpty, CostGone
from ledger.measures.jobs import measure_all
from ledger.measures.models import CirculationMeasure
from ledger.vouchers import services as vouchers
from ledger.wallets import services as wallets
from tests.ledger.measures.conftest import DAY


def measured(one, days=10):
    return services.measure(one.circle.session, code=Code.NWE, at=one.circle.at + days * DAY)[-1].found


def test_what_went_round_is_volume_and_the_books_leave_no_residual(going_round):
    circle = going_round.circle
    asked = wallets.ask_refund(
        circle.session,
        wallet=going_round.wallets[0],
        amount=Money(50_00),
        actor=circle.actor,
        at=circle.at + 7 * DAY,
    )
    wallets.pay_refund(circle.session, public_id=asked.public_id, actor=circle.actor, at=circle.at + 8 * DAY)
    found = measured(going_round)
    told = found["measured"]
    assert (told["volume"], told["payments"], told["loop_share"]) == ("60.00", 6, "1.0000")
    assert (told["stock_flow"]["issued"], told["stock_flow"]["redeemed"]) == ("600.00", "50.00")
    assert told["stock_flow_residual"] == found["residual"] == "0.00"
    assert told["stuck"]["accounts"] == found["beside"]["accounts"] == 6
    assert found["beside"]["fees"] == 2_27  # 50.00 had for eight days: 5 % of 82/90
    assert found["beside"]["groups"] == [
        {"group": "cooperative", "accounts": 6, "held": 550_00, "paid": 60_00, "received": 60_00}
    ]


def test_what_is_given_back_and_what_is_on_paper_stays_with_its_holder(going_round):
    circle, (one, *_rest) = going_round.circle, going_round.wallets
    paid = going_round.pay(0, 2, "5.00", 7)
    reverse(circle.session, key="t:back", transfer_id=paid.transfer_id, at=circle.at + 8 * DAY)
    printed = vouchers.print_sheet(
        circle.session, wallet=one, amount=Money(2_50), count=2, last_on=(circle.at + 9 * DAY).date(),
        actor=circle.actor, at=circle.at + 8 * DAY,
    )  # fmt: skip
    vouchers.redeem(
        circle.session, code=printed.codes[0], party_id=going_round.wallets[3].party_id, actor=circle.actor,
        at=circle.at + 8 * DAY,
    )  # fmt: skip
    vouchers.expire(circle.session, sheet_id=printed.sheet.id, at=circle.at + 11 * DAY)
    told = measured(going_round, 13)["measured"]
    assert (told["volume"], told["payments"]) == ("62.50", 7)
    assert told["reversed_payments"] == "5.00"
    assert told["apart"]["internal"] == "7.50"
    assert told["stock_flow_residual"] == "0.00"


def test_every_kind_that_moves_units_is_known(going_round):
    """The kinds that units move by in other tests of wallets stand in `KINDS`; this one fails on a new kind."""
    circle = going_round.circle
    currencies = [
        each.currency for each in instruments.instruments(circle.session) if each.code in queries.MEASURED
    ]
    moved = circle.session.scalars(
        select(Transfer.kind)
        .join(Entry, Entry.transfer_id == Transfer.id)
        .where(Entry.currency.in_(currencies))
        .distinct()
    ).all()
    assert set(moved) <= set(rules.KINDS)


def test_a_window_is_measured_once_and_never_changes(going_round):
    session, at = going_round.circle.session, going_round.circle.at
    assert len(services.measure(session, code=Code.NWE, at=at + 40 * DAY)) == 2  # September, and all days
    assert services.measure(session, code=Code.NWE, at=at + 40 * DAY) == []
    assert services.measure(session, code=Code.KRE, at=at + 40 * DAY) == []
    measure_all(session, at + 41 * DAY)
    assert session.query(CirculationMeasure).count() == 3
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE circulation_measure SET until_on = until_on + 1"))


def test_of_four_payers_nothing_is_kept_but_the_residual(going_round):
    told = measured(going_round, 5)
    assert told == {"version": 1, "measured": None, "residual": "0.00", "beside": None}


def test_mutual_credit_is_measured_too(going_round):
    circle = going_round.circle
    own = []
    for each in going_round.wallets:
        party = circle.session.get_one(type(circle.keeper), each.party_id)
        own.append(circle.open(party, Code.KRE))
        wallets.set_credit(
            circle.session,
            code=Code.KRE,
            wallet_code=own[-1].code,
            yearly_sales=Money.of("12000.00"),
            **circle.facts(),
        )
    for number in range(5):
        wallets.pay(
            circle.session, payer=own[number], to=own[number + 1].code, amount=Money.of("40.00"), note="",
            token=going_round.wallets[number].public_id, actor=circle.actor, at=circle.at + (number + 1) * DAY,
        )  # fmt: skip
    (found,) = services.measure(circle.session, code=Code.KRE, at=circle.at + 9 * DAY)
    told = found.found["measured"]
    assert (told["volume"], told["leakage"], told["stock_flow"]["closing"]) == ("200.00", None, "40.00")
    assert told["stock_flow_residual"] == "0.00"


def test_costs_are_added_and_taken_off_once(going_round):
    circle = going_round.circle
    found = instruments.instrument(circle.session, Code.NWE)
    facts = {"on": circle.at.date(), "what": "Drukwerk", "code": Code.NWE}
    made = services.note_cost(circle.session, amount=Money(12_00), minutes=90, **facts, **circle.facts())
    services.note_cost(circle.session, amount=Money(0), minutes=30, **facts, **circle.facts())
    with pytest.raises(CostEmpty):
        services.note_cost(circle.session, amount=Money(0), minutes=0, **facts, **circle.facts())
    window = rules.Window(circle.at.date(), circle.at.date() + timedelta(days=1))
    assert queries.spent(circle.session, found, window, live=False) == (12_00, 120)
    services.withdraw_cost(circle.session, public_id=made.public_id, **circle.facts())
    assert queries.spent(circle.session, found, window, live=False) == (0, 30)
    with pytest.raises(CostGone):
        services.withdraw_cost(circle.session, public_id=made.public_id, **circle.facts())
    with pytest.raises(DBAPIError):
        circle.session.execute(text("UPDATE currency_cost SET minutes = 1"))
