"""A member fails: agreed before, written down, booked by a second, borne by the others to the cent, once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Party
from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.books.errors import FloorPassed
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.losses import errors, queries, services
from ledger.losses.models import CreditLossShare
from ledger.measures.services import measure
from ledger.proof.queries import verdict
from ledger.wallets import services as wallets
from tests.conftest import AT
from tests.ledger.wallets.conftest import build

DAY = timedelta(days=1)
WHY = "Failliet verklaard door de rechtbank."


@pytest.fixture
def circle(trade):
    return lent(build(trade.session, trade.at, trade), trade)


def lent(circle, trade):
    """Three wallets with 1,000.00 of credit each; the first spent 100.01 at the second."""
    circle.own = []
    for party in (trade.seller, trade.partner, trade.buyer):
        circle.own.append(circle.open(circle.session.get_one(Party, party.id), Code.KRE))
        wallets.set_credit(
            circle.session, code=Code.KRE, wallet_code=circle.own[-1].code, yearly_sales=Money.of("12000.00"),
            **circle.facts(),
        )  # fmt: skip
    circle.pay(circle.own[0], circle.own[1], "100.01", uuid4())
    return circle


def agreed(circle, most="60.00", confirmed=True):
    made = services.agree(
        circle.session, code=Code.KRE, most=Money.of(most), document="Ledenvergadering 12", agreed_on=AT.date(),
        **circle.facts(),
    )  # fmt: skip
    if confirmed:
        services.confirm_cover(circle.session, public_id=made.public_id, actor=circle.other, at=circle.at)
    return made


def write(circle, wallet=0):
    return services.write_down(
        circle.session, code=Code.KRE, wallet_code=circle.own[wallet].code, why=WHY, **circle.facts()
    )


def confirm(circle, loss):
    return services.confirm(circle.session, public_id=loss.public_id, actor=circle.other, at=circle.at)


def balances(circle):
    circle.session.expire_all()
    return [circle.session.get_one(Account, each.account_id).posted for each in circle.own]


def test_a_loss_is_borne_by_the_others_to_the_cent_and_books_stay_zero(circle):
    agreed(circle)
    loss = write(circle)
    assert loss.amount == 100_01
    assert services.spread(circle.session, queries.loss(circle.session, loss.public_id)) == {
        circle.own[1].id: 50_01, circle.own[2].id: 50_00,
    }  # fmt: skip
    done = confirm(circle, loss)
    assert balances(circle) == [0, 50_00, -50_00]
    assert verdict(circle.session).sound
    found = instruments.instrument(circle.session, Code.KRE)
    assert queries.lost(circle.session, found) == 100_01
    borne = circle.session.scalars(
        select(CreditLossShare.amount).where(CreditLossShare.loss_id == done.id)
    ).all()
    assert sum(borne) == 100_01
    with pytest.raises(errors.AlreadyDone):
        confirm(circle, loss)
    with pytest.raises(FloorPassed), circle.session.begin_nested():  # it draws no more
        circle.pay(circle.own[0], circle.own[1], "0.01", uuid4())
    assert measure(circle.session, code=Code.KRE, at=circle.at + DAY)[-1].found["residual"] == "0.00"


def test_nothing_is_borne_that_was_not_agreed_before_by_two(circle):
    with pytest.raises(errors.NoCover):
        write(circle)
    made = agreed(circle, confirmed=False)
    with pytest.raises(errors.NoCover):
        write(circle)
    with pytest.raises(errors.SecondPerson):
        services.confirm_cover(circle.session, public_id=made.public_id, **circle.facts())
    services.confirm_cover(circle.session, public_id=made.public_id, actor=circle.other, at=circle.at)
    with pytest.raises(errors.AlreadyDone):
        services.confirm_cover(circle.session, public_id=made.public_id, actor=circle.other, at=circle.at)
    loss = write(circle)
    with pytest.raises(errors.SecondPerson):
        services.confirm(circle.session, public_id=loss.public_id, **circle.facts())
    with pytest.raises(errors.LossWaits):
        write(circle)
    with pytest.raises(errors.NothingLost):
        write(circle, 1)
    with pytest.raises(errors.NotMutual):
        services.agree(
            circle.session, code=Code.NWE, most=Money(1), document="x", agreed_on=AT.date(), **circle.facts()
        )


def test_more_than_was_agreed_is_refused_and_what_was_paid_meanwhile_is_seen(circle):
    agreed(circle, "50.00")
    loss = write(circle)
    with pytest.raises(errors.CoverTooSmall):
        confirm(circle, loss)
    circle.pay(circle.own[1], circle.own[0], "0.01", uuid4())
    with pytest.raises(errors.BalanceMoved):
        confirm(circle, loss)
    services.withdraw(circle.session, public_id=loss.public_id, **circle.facts())
    with pytest.raises(errors.AlreadyDone):
        confirm(circle, loss)
    confirm(circle, write(circle))
    assert balances(circle) == [0, 50_00, -50_00]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE credit_loss SET amount = 1", "UPDATE credit_loss_share SET amount = amount + 1",
     "UPDATE loss_cover SET most = 1", "DELETE FROM credit_loss",
     "INSERT INTO credit_loss_share SELECT id, wallet_id, 1 FROM credit_loss"],
)  # fmt: skip
def test_the_database_keeps_what_was_borne(circle, statement):
    agreed(circle)
    confirm(circle, write(circle))
    with pytest.raises(DBAPIError):
        circle.session.execute(text(statement))


def test_the_database_books_no_loss_that_is_not_borne_whole(circle):
    agreed(circle)
    loss = write(circle)
    with pytest.raises(DBAPIError, match="not what was lost"):
        circle.session.execute(
            text("UPDATE credit_loss SET confirmed_at = cwb_now(), confirmed_by_id = :who, transfer_id = "
                 "(SELECT max(id) FROM transfer)"), {"who": circle.other.user_id},
        )  # fmt: skip
    assert loss.confirmed_at is None


@pytest.mark.slow
def test_two_that_confirm_book_it_once(at_once, build_trade):
    with at_once.atomic() as session:
        trade = build_trade(session, AT)
        circle = lent(build(session, AT, trade), trade)
        agreed(circle)
        public_id, other = write(circle).public_id, circle.other

    def confirms(session):
        services.confirm(session, public_id=public_id, actor=other, at=AT)

    assert min(map(str, at_once.run(confirms, confirms))) == "AlreadyDone"
    with at_once.sessions() as session:
        assert verdict(session).sound
        assert sum(session.scalars(select(CreditLossShare.amount))) == 100_01
