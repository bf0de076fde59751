"""From the ledger's total to what the figure divides by: to the cent, with the difference told."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.bridge import queries
from ledger.bridge.errors import NotOneQuarter, SourceUnnamed
from ledger.bridge.models import LedgerTotal
from ledger.bridge.rules import Bridge, Reasons, Step, check_total
from ledger.bridge.services import declare_total
from ledger.spend.errors import NotAnAnchor
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from tests.ledger.spend.conftest import spend

__all__ = ["spend"]

Q3 = Period.quarter(2026, 3)


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def lines(session, anchor, make_user, at):
    facts = [
        ("A", 10000, None, date(2026, 7, 1), date(2026, 8, 1)), ("B", 5000, None, date(2026, 7, 2), date(2020, 1, 1)),
        ("C", 700, None, date(2026, 9, 30), None), ("Fiscus", 2500, "X2", date(2026, 8, 1), None),
        ("D", -300, None, date(2026, 10, 1), None), ("E", 40, None, None, None),
    ]  # fmt: skip
    record_spend(
        session, anchor=anchor, actor_id=make_user(name="Ada").id, at=at,
        lines=[
            LineFacts(SupplierFacts(name), "", on, Money(cents), exclusion=code, contract_starts_on=starts)
            for name, cents, code, on, starts in facts
        ],
    )  # fmt: skip


@pytest.fixture
def declare(session, anchor, make_user, at):
    user = make_user()

    def declare(cents, period=Q3, source="proefbalans", who=anchor):
        return declare_total(
            session, anchor=who, period=period, amount=Money(cents), source=source, actor_id=user.id, at=at
        )

    return declare


def test_what_the_steps_leave_is_what_is_divided_by():
    one = Bridge(100, [Step("X1", 30, 2), Step("X7", -5, 1)], 70, 4, yes=20, no=40, unknown=10)
    assert (one.total, one.lines, one.difference, one.influenceable) == (95, 7, 5, None)
    other = Bridge(None, [], 70, 4, yes=20, no=50, unknown=0)
    assert (other.total, other.difference, other.influenceable) == (70, None, 20)


@pytest.mark.parametrize("period", [Period.parse("2026"), Period.parse("2026-07-01/2026-08-01")])
def test_a_total_is_of_a_quarter_and_names_its_source(period):
    with pytest.raises(NotOneQuarter):
        check_total(period, "x")
    for source in ("  ", "x" * 201):
        with pytest.raises(SourceUnnamed):
            check_total(Q3, source)
    assert check_total(Q3, "  proef  balans ") == "proef balans"


@pytest.mark.usefixtures("lines")
def test_every_step_to_the_cent_with_who_coded_it_and_the_last_total_counts(session, anchor, declare):
    declare(1)
    declare(18300)

    def bridge(period):
        return queries.bridge(
            session, anchor.id, period, queries.latest(queries.history(session, anchor.id, period))
        )

    found = bridge(Q3)
    assert found == Bridge(18300, [Step("X2", 2500, 1, ("Ada",))], 15700, 3, yes=10000, no=5000, unknown=700)
    assert (found.total, found.difference) == (18200, 100)
    assert queries.reasons(session, anchor.id, Q3) == Reasons(0, 0, 40)
    year = Period.parse("2026")
    assert bridge(year).declared is None
    for number, cents in ((1, 0), (2, 0), (4, -300)):
        declare(cents, Period.quarter(2026, number))
    assert (bridge(year).declared, bridge(year).difference) == (18000, 100)


@pytest.mark.usefixtures("lines")
def test_who_sees_all_sees_every_total_with_what_the_lines_said_when_it_was_typed(
    session, declare, sign_in, anchor, at
):
    declare(-5, source="proef één")
    declare(18200, source="proef twee")
    first = queries.history(session, anchor.id, Q3)[-1]
    assert (first.amount, first.lines_amount, first.lines_since) == (-5, 18200, at)
    assert declare(1, Period.quarter(2025, 1)).lines_since is None
    session.commit()
    page = (
        sign_in(Role.AUDITOR)
        .get(f"/spend/bridge?anchor={anchor.public_id}&period=2026-Q3")
        .get_data(as_text=True)
    )
    assert page.index("proef twee") < page.index("proef één")
    assert "De regels waren toen" in page
    values = {"anchor_id": anchor.id, "quarter_on": Q3.start, "amount": 1, "source": "x", "at": at}
    with pytest.raises(DBAPIError, match="lines_since"), session.begin_nested():
        session.execute(
            insert(LedgerTotal), {**values, "lines_amount": 1, "lines_since": at + timedelta(days=1)}
        )


def test_totals_are_never_changed_and_only_of_anchors(session, declare, make_organisation):
    made = declare(5)
    with pytest.raises(NotAnAnchor):
        declare(5, who=make_organisation())
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(update(LedgerTotal).where(LedgerTotal.id == made.id).values(amount=6))
    with pytest.raises(DBAPIError, match="quarter_on"), session.begin_nested():
        session.execute(
            insert(LedgerTotal),
            {"anchor_id": made.anchor_id, "quarter_on": date(2026, 7, 2), "amount": 1, "source": "x", "at": made.at},
        )  # fmt: skip


@pytest.mark.usefixtures("lines")
def test_an_anchor_types_its_total_and_sees_the_difference_others_only_look(sign_in, anchor):
    browser, address = sign_in(Role.PURCHASER, anchor), "/spend/bridge?period=2026-Q3"
    assert "Wat zegt uw grootboek?" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"amount": "", "source": "x"}).status_code == 422
    assert browser.post(address, data={"amount": "182,50", "source": "proefbalans"}).status_code == 303
    page = browser.get(address).get_data(as_text=True)
    assert ["0,50" in page, "X2 Belastingen en premies" in page, "proefbalans" in page] == [True] * 3
    assert "Af: verschil" in page
    assert browser.post(address, data={"amount": "-3,00", "source": "proefbalans"}).status_code == 303
    assert "Bij: verschil" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"amount": "182,50", "source": "proefbalans"}).status_code == 303
    assert (
        browser.post("/spend/bridge?period=2026", data={"amount": "1,00", "source": "x"}).status_code == 422
    )
    rows = browser.get("/spend/bridge/bridge.csv?period=2026-Q3").get_data(as_text=True).splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == [
        "ledger_total", "difference", "D0", "X2", "D1", "not_influenceable", "influence_unknown", "D2",
    ]  # fmt: skip
    assert rows[4].split(",")[4:] == ["-25.00", "1", "Ada", ""]
    assert browser.get(f"{address}&anchor={anchor.public_id}").status_code == 200
    assert browser.get(f"{address}&anchor=01a2263c-6046-7d42-b0bb-02349e58eded").status_code == 403
    auditor = sign_in(Role.AUDITOR)
    seen = auditor.get(f"{address}&anchor={anchor.public_id}")
    assert ["X2" in seen.get_data(as_text=True), "Waar staat dat?" in seen.get_data(as_text=True)] == [
        True,
        False,
    ]
    assert (
        auditor.post(f"{address}&anchor={anchor.public_id}", data={"amount": "1", "source": "x"}).status_code
        == 403
    )
    assert auditor.get(f"{address}&anchor=nobody").status_code == 404
    assert sign_in(Role.PURCHASER, None).get(address).status_code in {200, 403}


def test_a_buyer_sees_its_own_share_beside_what_everybody_reads(sign_in, spend):
    spend.some("local", 7, "100.00")
    spend.some("not_local", 2, "150.00")
    page = plain(sign_in(Role.PURCHASER, spend.anchor).get("/spend/bridge?period=2026-Q3"))
    assert "Uit al uw regels 70,0 % 70,0 % 100,0 %" in page
    assert "Zoals het nu zou worden, niet getekend 0,0 % 100,0 % 0,0 %" in page
    assert "groepen van minder dan vijf leveranciers als niet bewezen" in page
    spend.some("not_local", 9, "150.00")
    page = plain(sign_in(Role.PURCHASER, spend.anchor).get("/spend/bridge?period=2026-Q3"))
    assert "Er is geen verschil" in page
    spend.some("local", 1, "10.00", anchor=spend.other)
    page = plain(sign_in(Role.PURCHASER, spend.other).get("/spend/bridge?period=2026-Q3"))
    assert ["Uit al uw regels 100,0 % 100,0 % 100,0 %" in page, "Zoals het nu zou worden" in page] == [
        True,
        False,
    ]
    assert "alleen samen met andere kopers" in page
    assert "Uit alle regels" in plain(
        sign_in(Role.AUDITOR).get(f"/spend/bridge?period=2026-Q3&anchor={spend.other.public_id}")
    )


def test_what_everybody_reads_is_the_signed_figure_and_how_it_stands_now_is_named(session, desk, sign_in):
    desk.publish()
    session.commit()
    address = "/spend/bridge?period=2026-Q2"
    page = plain(sign_in(Role.PURCHASER, desk.anchor).get(address))
    assert "Zoals iedereen het leest: versie 1, getekend 50,0 % 50,0 % 100,0 %" in page
    assert "Zoals het nu zou worden" not in page
    desk.buy("Verweg 9", euros="1000")
    session.commit()
    page = plain(sign_in(Role.PURCHASER, desk.anchor).get(address))
    assert "Zoals iedereen het leest: versie 1, getekend 50,0 % 50,0 % 100,0 %" in page
    assert "Zoals het nu zou worden, niet getekend" in page
    assert "Na de handtekening veranderden er regels." in page


def plain(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).replace("\N{NO-BREAK SPACE}", " ").split())
