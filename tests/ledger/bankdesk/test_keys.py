"""What tells one entry from another: no money is lost because a bank uses a number again, none is counted twice."""

from importlib.util import module_from_spec, spec_from_file_location

from sqlalchemy import text

from cwb import paths
from ledger.bank.models import BankEntry
from tests.ledger.bankdesk.conftest import SELLERS, camt, row


def keys(desk):
    return list(desk.trade.session.scalars(text("SELECT key FROM bank_entry ORDER BY id")))


def test_a_bank_that_numbers_anew_every_day_loses_nothing(desk):
    first = camt("S1", "0.00", "1.00", row("1.00", ref="00000000001001"))
    second = camt("S2", "1.00", "2.00", row("1.00", ref="00000000001001", day="2026-09-02"), day="2026-09-02")
    assert [
        desk.take(first).added,
        desk.take(second).added,
        desk.take(first).added,
        desk.take(second).added,
    ] == [1, 1, 0, 0]


def test_one_reference_of_a_batch_and_its_costs_are_two_entries_in_any_file(desk):
    batch, costs = row("10.00", ref="BATCH"), row("-0.25", ref="BATCH")
    assert desk.take(camt("S1", "0.00", "9.75", batch, costs)).added == 2
    later = camt("S2", "10.00", "9.75", costs)  # overlaps, and begins with the second
    assert desk.take(later).added == 0
    twice = camt("S3", "9.75", "29.75", *[row("10.00", ref="BATCH", day="2026-09-03")] * 2, day="2026-09-03")
    assert [desk.take(twice).added, desk.take(twice).added] == [2, 0]


def test_the_same_day_in_mt940_and_in_camt_counts_once(desk):
    desk.take(camt("S1", "0.00", "5.00", row("5.00", ref="B1", text="anders")))
    swift = (
        f":20:X\n:25:{SELLERS}EUR\n:28C:1\n:60F:C260901EUR0,00\n:61:2609010901C5,00NTRFNONREF//B1\n:86:huur\n"
        ":62F:C260901EUR5,00\n-\n"
    )
    assert desk.take(swift.encode()).added == 0


def test_signs_that_nobody_sees_and_wide_text_are_taken_in(desk):
    swift = (
        f":20:X\n:25:{SELLERS}\n:28C:1\n:60F:C260901EUR0,00\n:61:2609010901C5,00NTRFNONREF//B1\n:86:hu\0ur\x1a Zoë\n"
        ":62F:C260901EUR5,00\n-\n"
    )
    assert desk.take(swift.encode("utf-16")).added == 1
    assert desk.trade.session.query(BankEntry).one().text == "hu ur Zoë"


def test_keys_of_before_become_what_they_would_be_now(desk):
    same = [row("2.00", ref="A")] * 2
    desk.take(camt("S1", "0.00", "6.00", *same, row("3.00", ref="A"), row("-1.00", text="zonder")))
    now = keys(desk)
    file = paths.templates().parent / "migrations" / "versions" / "0258_bank_entry_keys.py"
    spec = spec_from_file_location("renewed", file)
    renewed = module_from_spec(spec)
    spec.loader.exec_module(renewed)
    said = []
    renewed.op = type("Op", (), {"execute": said.append})
    renewed.downgrade()
    desk.trade.session.execute(text(said[-1].replace(":", "\\:")))
    assert keys(desk) == ["ref:A", "ref:A#2", "ref:A#3", now[3]]
    renewed.upgrade()
    desk.trade.session.execute(text(said[-1].replace(":", "\\:")))
    assert keys(desk) == now


COFFEE = {"text": "koffie", "name": "Kantine"}


def test_what_looks_like_before_is_one_more_in_a_statement_that_begins_where_that_ended(desk):
    morning = camt("S1", "10.00", "8.00", row("-2.00", **COFFEE))
    afternoon = camt("S2", "8.00", "4.00", *[row("-2.00", **COFFEE)] * 2)
    assert [desk.take(each).added for each in (morning, afternoon)] == [1, 2]
    assert [desk.take(each).added for each in (morning, afternoon)] == [0, 0]
    whole = camt("S3", "10.00", "4.00", *[row("-2.00", **COFFEE)] * 3)
    assert desk.take(whole).added == 0
    assert sum(each.amount for each in desk.rows()) == -6_00


def test_a_statement_of_before_that_begins_with_the_balance_of_now_adds_nothing_again(desk):
    there, back = row("-2.00", **COFFEE), row("2.00", text="terug", day="2026-09-02")
    desk.take(camt("S1", "10.00", "8.00", there))
    desk.take(camt("S2", "8.00", "10.00", back, day="2026-09-02"))
    assert desk.take(camt("OTHER", "10.00", "8.00", there)).added == 0  # of before the last day that is known
    both = camt("S3", "10.00", "10.00", there, back, day="2026-09-02")
    assert desk.take(both).added == 0  # moves nothing as a whole: nothing says that it comes after
