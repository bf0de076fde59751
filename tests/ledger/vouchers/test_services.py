"""Money on paper: printed from a wallet, redeemed once, and back when its time is over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.books.errors import FloorPassed
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.shops import queries as shops
from ledger.vouchers import errors, jobs, queries, rules, services
from ledger.vouchers.models import PaperVoucher
from ledger.wallets import queries as wallets
from ledger.wallets.errors import NotEnough, OldSimulation
from ledger.wallets.models import WalletPayment
from tests.conftest import AT
from tests.ledger.wallets.conftest import build

LAST = date(2026, 9, 30)


def printed(circle, wallet=None, amount="5.00", count=3, **more):
    facts = {"last_on": LAST} | circle.facts() | more
    return services.print_sheet(
        circle.session, wallet=wallet or circle.giver, amount=Money.of(amount), count=count, **facts
    )


def redeem(circle, code, **more):
    return services.redeem(
        circle.session, code=code, **{"party_id": circle.shop.party_id} | circle.facts() | more
    )


def tied(circle):
    tie = queries.tie(circle.session, instruments.instrument(circle.session, Code.NWE))
    assert tie.ties
    assert verdict(circle.session).sound
    return tie.booked


@pytest.fixture
def paper(circle):
    """A circle in which the keeper has 100 to put on paper."""
    circle.giver = circle.open(circle.keeper)
    circle.issue(circle.giver, "100.00")
    return circle


def test_a_board_is_told_two_weeks_before_its_vouchers_end(paper):
    printed(paper)
    keeper = Actor(paper.actor.user_id, "", paper.keeper.id, "", frozenset({Role.BOARD}))
    shop = Actor(paper.actor.user_id, "", paper.shop.party_id, "", frozenset({Role.BOARD}))
    before = {days: datetime(2026, 9, 30, 12, tzinfo=UTC) - timedelta(days=days) for days in (15, 13, -2)}
    assert [len(queries.tasks(paper.session, keeper, each)) for each in before.values()] == [0, 1, 0]
    assert queries.tasks(paper.session, shop, before[13]) == []


def test_what_is_on_paper_left_the_wallet_and_ties_until_the_last_voucher(paper):
    session = paper.session
    made = printed(paper)
    assert wallets.free(session, paper.giver) == Money(85_00)
    assert tied(paper) == Money(15_00)
    supply = instruments.supply(session, instruments.instrument(session, Code.NWE))
    assert supply == Money(100_00)
    for count, code in enumerate(made.codes, start=1):
        found = redeem(paper, rules.shown(code).lower())
        assert found.number == count
        assert tied(paper) == Money(15_00 - 5_00 * count)
    assert wallets.free(session, paper.shop) == Money(15_00)
    day = shops.days(session, [paper.shop.id], date(2026, 9, 1))[paper.shop.id]
    assert (day.received, day.count) == (Money(15_00), 3)
    assert wallets.volume(session, instruments.instrument(session, Code.NWE), paper.at) == Money(15_00)


def test_the_database_knows_no_code(paper):
    made = printed(paper)
    for table in ("paper_voucher", "voucher_sheet", "audit_record", "wallet_payment"):
        rows = paper.session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
        told = [each for code in made.codes for each in (code, code.encode().hex())]
        assert not any(each in row for row in rows for each in told)


def test_a_photo_of_yesterday_says_where_and_when_it_was_used(paper):
    made = printed(paper)
    redeem(paper, made.codes[0])
    with pytest.raises(errors.VoucherUsed) as fault:
        redeem(paper, made.codes[0], at=paper.at + timedelta(days=1))
    assert fault.value.facts["moment"] == paper.at
    assert fault.value.facts["where"] == wallets.party(paper.session, paper.shop.party_id).name
    assert paper.session.query(WalletPayment).count() == 1


def test_who_may_not_print_or_redeem_is_told_why(paper):
    with pytest.raises(NotEnough):
        printed(paper, amount="50.00", count=3)
    with pytest.raises(errors.AmountUnfit):
        printed(paper, amount="50.01", count=1)
    with pytest.raises(errors.NotOnPaper):
        printed(paper, wallet=paper.open(paper.keeper, Code.KRE), amount="1.00")
    code = printed(paper).codes[0]
    with pytest.raises(errors.OwnVoucher):
        redeem(paper, code, party_id=paper.keeper.id)
    with pytest.raises(errors.OtherMoney):
        redeem(paper, code, party_id=paper.user.id + 10_000)
    with pytest.raises(errors.CodeWrong):
        redeem(paper, rules.new_code(lambda most: most - 1))
    paper.go_live()
    with pytest.raises(errors.OtherMoney):
        redeem(paper, code)
    with pytest.raises(OldSimulation):
        printed(paper)


def test_a_lost_sheet_is_withdrawn_and_the_rest_comes_back_once(paper):
    made = printed(paper)
    redeem(paper, made.codes[0])
    facts = {
        "public_id": made.sheet.public_id,
        "party_id": paper.keeper.id,
        "reason": "Kwijt",
    } | paper.facts()
    with pytest.raises(errors.SheetUnknown):
        services.withdraw(paper.session, **facts | {"party_id": paper.shop.party_id})
    assert services.withdraw(paper.session, **facts) == Money(10_00)
    assert wallets.free(paper.session, paper.giver) == Money(95_00)
    assert tied(paper) == Money(0)
    with pytest.raises(errors.AlreadyEnded):
        services.withdraw(paper.session, **facts)
    with pytest.raises(errors.SheetEnded):
        redeem(paper, made.codes[1])


def test_what_nobody_redeemed_goes_back_after_the_last_day(paper):
    session, made = paper.session, printed(paper)
    last = made.sheet.expires_at - timedelta(seconds=1)
    jobs.bring_back(session, last)
    redeem(paper, made.codes[0], at=last)
    with pytest.raises(errors.VoucherExpired):
        redeem(paper, made.codes[1], at=made.sheet.expires_at)
    for _ in range(2):
        jobs.bring_back(session, made.sheet.expires_at)
    assert wallets.free(session, paper.giver) == Money(95_00)
    assert tied(paper) == Money(0)
    with pytest.raises(errors.VoucherExpired):
        redeem(paper, made.codes[1], at=made.sheet.expires_at + timedelta(days=1))


def test_a_wallet_that_is_full_gets_the_rest_another_night(paper):
    session, made = paper.session, printed(paper)
    session.execute(text("UPDATE account SET ceiling = 8500 WHERE id = :id"), {"id": paper.giver.account_id})
    session.commit()  # what fails rolls back no further than here
    jobs.bring_back(session, made.sheet.expires_at)
    assert tied(paper) == Money(15_00)
    session.execute(
        text("UPDATE account SET ceiling = 500000 WHERE id = :id"), {"id": paper.giver.account_id}
    )
    jobs.bring_back(session, made.sheet.expires_at + timedelta(days=1))
    assert tied(paper) == Money(0)


def test_the_database_holds_what_a_voucher_is(paper):
    session, made = paper.session, printed(paper)
    paid = redeem(paper, made.codes[0])
    for wrong in (
        f"UPDATE paper_voucher SET payment_id = NULL, redeemed_at = NULL WHERE id = {paid.id}",
        "UPDATE paper_voucher SET code_hash = sha256('x') WHERE number = 2",
        "UPDATE voucher_sheet SET amount = 4000",
        "DELETE FROM paper_voucher",
        (
            "INSERT INTO paper_voucher (public_id, sheet_id, number, code_hash)"
            " SELECT gen_random_uuid(), id, 4, sha256('y') FROM voucher_sheet"
        ),
        f"UPDATE paper_voucher SET payment_id = {paid.payment_id + 1}, redeemed_at = now() WHERE number = 2",
    ):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(wrong))
    with pytest.raises(IntegrityError, match="ck_voucher_sheet_ended"), session.begin_nested():
        session.execute(text("UPDATE voucher_sheet SET ended_at = printed_at"))
    session.execute(text("ALTER TABLE paper_voucher DISABLE TRIGGER paper_voucher_keep"))
    session.execute(
        text("UPDATE voucher_sheet SET reason = 'x', ended_at = printed_at, ended_by_id = printed_by_id")
    )
    session.execute(text("ALTER TABLE paper_voucher ENABLE TRIGGER paper_voucher_keep"))
    with pytest.raises(DatabaseError, match="not redeemed so"), session.begin_nested():
        session.execute(
            text("UPDATE paper_voucher SET payment_id = :p, redeemed_at = now() WHERE number = 2"),
            {"p": paid.payment_id},
        )
    tie = queries.tie(session, instruments.instrument(session, Code.NWE))
    assert not tie.ties  # a sheet that was ended without bringing its money back shows


def test_no_more_leaves_the_paper_than_is_on_it(paper):
    made = printed(paper)
    paper.session.execute(text("ALTER TABLE voucher_sheet DISABLE TRIGGER voucher_sheet_keep"))
    paper.session.execute(text("UPDATE voucher_sheet SET amount = 1501"))
    paper.session.expire_all()
    with pytest.raises(FloorPassed):
        redeem(paper, made.codes[0])


@pytest.mark.slow
def test_of_two_tills_at_once_one_gets_it_and_a_withdrawal_gets_the_rest(at_once, build_trade):
    with at_once.atomic() as session:
        circle = build(session, AT, trade := build_trade(session, AT))
        circle.giver = circle.open(circle.keeper)
        circle.open(trade.partner)
        circle.issue(circle.giver, "100.00")
        made = printed(circle, amount="10.00", count=2)
        firms, actor, keeper = (circle.shop.party_id, trade.partner.id), circle.actor, circle.keeper.id
        sheet, codes = made.sheet.public_id, made.codes

    def scan(firm, code):
        def act(session):
            services.redeem(session, code=code, party_id=firm, actor=actor, at=AT)
            return "paid"

        return act

    answers = at_once.run(*[scan(firms[place % 2], codes[0]) for place in range(8)])
    assert sorted(answers) == ["VoucherUsed"] * 7 + ["paid"]

    def end(session):
        services.withdraw(session, public_id=sheet, party_id=keeper, reason="Kwijt", actor=actor, at=AT)
        return "ended"

    last, ended = at_once.run(scan(firms[0], codes[1]), end)
    assert ended == "ended"
    assert last in {"paid", "SheetEnded"}
    with at_once.atomic() as session:
        tie = queries.tie(session, instruments.instrument(session, Code.NWE))
        assert (tie.booked, tie.ties) == (Money(0), True)
        used = session.query(PaperVoucher).filter(PaperVoucher.payment_id.is_not(None)).count()
        assert used == (2 if last == "paid" else 1)
        assert session.query(WalletPayment).count() == used
        assert verdict(session).sound
