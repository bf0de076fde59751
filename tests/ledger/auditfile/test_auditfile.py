"""The auditfile is lawful XAF 3.2, and read back it says what the books say."""

import io
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import etree

from cwb import paths
from cwb.identity.models import Party
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.auditfile import gateway, rules
from ledger.auditfile.gateway import write_auditfile
from ledger.books.queries import trial_balance
from ledger.papers.gateway import PaperTable
from tests.ledger.freehand.conftest import BERLIN, Outside

NS = {"x": gateway.NAMESPACE}


@pytest.fixture
def schema() -> etree.XMLSchema:
    """The official schema, where it is at hand."""
    given = os.environ.get("CWB_SHARED")
    folder = Path(given) if given else paths.PACKAGE.parent.parent / "shared"
    found = folder / "data" / "xaf" / "XmlAuditfileFinancieel3.2.xsd"
    if not found.exists():
        pytest.skip("no XAF schema at hand")
    return etree.XMLSchema(etree.parse(found))


@pytest.fixture
def traded(trade, at):
    """An invoice of last year, paid this year, and one of this year with a name that XML must escape."""
    early = at.replace(year=2025, month=11)
    trade.agree(starts_on=date(2025, 1, 1), ends_on=date(2026, 12, 31))
    days = {"delivered_from": date(2025, 10, 1), "delivered_until": date(2025, 10, 31)}
    old = trade.approve(trade.send(trade.draft(at=early, **days), at=early), at=early)
    trade.pay(old, paid_on=date(2026, 2, 1))
    trade.seller.name = "Schoon & Fris <B.V.>"
    trade.approve(trade.send(trade.draft("4")))
    return trade


def written(session, party, year, at):
    out = io.BytesIO()
    write_auditfile(session, party, year, out, at=at)
    return out.getvalue()


@pytest.mark.parametrize(
    ("side", "year"), [("seller", 2026), ("buyer", 2026), ("seller", 2025), ("partner", 2026)]
)
def test_it_is_valid(session, traded, schema, at, side, year):
    document = etree.fromstring(written(session, getattr(traded, side), year, at))
    assert schema.validate(document), schema.error_log


def test_a_customer_outside_is_named_with_its_country(session, traded, schema, at):
    outside = Outside(traded)
    buyer = outside.customer(**BERLIN)
    outside.send(buyer)
    document = etree.fromstring(written(session, traded.seller, 2026, at))
    assert schema.validate(document), schema.error_log
    [found] = [
        each
        for each in document.iterfind(".//x:customerSupplier", NS)
        if each.findtext("x:custSupID", "", NS) == buyer.public_id.hex
    ]
    told = [
        found.findtext(f".//x:{name}", "", NS)
        for name in ("custSupName", "taxRegistrationCountry", "country")
    ]
    assert told == ["Bäckerei Draußen", "DE", "DE"]
    assert found.findtext("x:custSupTp", "", NS) == "C"


def sums(document, path):
    found = {}
    for line in document.iterfind(path, NS):
        account, amount, side = (line.findtext(f"x:{name}", "", NS) for name in ("accID", "amnt", "amntTp"))
        found[account] = found.get(account, Money(0)) + (
            Money.of(amount) if side == "D" else -Money.of(amount)
        )
    return found


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_opening_and_movements_of_each_account_are_those_of_the_trial_balance(session, traded, at, side):
    party = getattr(traded, side)
    document = etree.fromstring(written(session, party, 2026, at))
    opening, moved = sums(document, ".//x:obLine"), sums(document, ".//x:trLine")
    zero = Money(0)
    for line in trial_balance(session, party.id, Period.parse("2026")).lines:
        key = line.account.public_id.hex
        assert moved.get(key, zero) == line.closing - line.opening
        if line.account.kind in {"income", "expense"}:
            assert key not in opening
        else:
            assert opening.get(key, zero) == line.opening
    assert sum(opening.values(), zero) == sum(moved.values(), zero) == zero
    assert opening[rules.CARRIED] != zero
    for part in ("openingBalance", "transactions"):
        totals = [
            document.findtext(f".//x:{part}/x:{name}", "", NS) for name in ("totalDebit", "totalCredit")
        ]
        assert totals[0] == totals[1] != "0.00"


def test_our_own_reader_finds_the_purchases_with_their_suppliers(session, traded, at):
    content = written(session, traded.buyer, 2026, at)
    table = PaperTable(lambda: io.BytesIO(content))
    (_, names), *rows = table.records()
    (row,) = (dict(zip(names, cells, strict=True)) for _, cells in rows)
    assert table.notes == ()
    assert (row["supplier_name"], row["kvk"], row["amount"]) == (
        "Schoon & Fris <B.V.>",
        traded.seller.kvk_number,
        "130.00",
    )
    assert row["document_number"] == "2026-0001"


def test_a_role_we_are_not_sure_of_has_no_code_and_a_sale_stands_in_the_sales_journal(session, traded, at):
    document = etree.fromstring(written(session, traded.seller, 2026, at))
    found = [each.text for each in document.iterfind(".//x:leadReference", NS)]
    assert sorted(found) == ["BLimBanRba", "BSchBepBtw", "BVorDebHad", "WOmz"]
    count = {
        each.findtext("x:jrnTp", "", NS): len(each.findall("x:transaction", NS))
        for each in document.iterfind(".//x:journal", NS)
    }
    assert count == {"S": 1, "P": 0, "B": 1, "M": 0}


def test_what_xml_cannot_hold_is_left_out():
    assert rules.clean("a\x00b\ufffe<") == "a b <"
    assert rules.clean("x" * 60, 50) == "x" * 50
    assert [rules.amount(each) for each in (-1, 100, 1234567)] == ["0.01", "1.00", "12345.67"]


def test_every_line_of_many_is_there(session, traded, at, monkeypatch):
    monkeypatch.setattr(gateway, "_AT_ONCE", 2)
    monkeypatch.setattr(gateway, "_MOST_IN_MEMORY", 10)
    for number in range(1, 6):
        traded.send(traded.draft(str(number), at=at), at=at + timedelta(minutes=number))
    document = etree.fromstring(written(session, traded.seller, 2026, at))
    lines = document.findall(".//x:trLine", NS)
    assert str(len(lines)) == document.findtext(".//x:transactions/x:linesCount", "", NS)
    assert len(document.findall(".//x:transaction", NS)) == 7


def test_the_board_downloads_the_file_of_its_own_books_alone(sign_in, session, trade):
    board = sign_in(Role.BOARD)
    own = session.get(Party, board.organisation.id).public_id
    answer = board.get(f"/books/{own}/auditfile/2026.xaf")
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="subadministratie-auditfile-2026.xaf"'
    )
    assert etree.fromstring(answer.data).findtext(".//x:softwareDesc", "", NS) == "cwb (subadministratie)"
    assert board.get(f"/books/{trade.seller.public_id}/auditfile/2026.xaf").status_code == 403
    assert board.get(f"/books/{own}/auditfile/9999.xaf").status_code == 404
