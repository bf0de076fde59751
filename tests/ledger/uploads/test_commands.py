"""`cwb spend import` on a really committed database: what is booked, what is refused, and what is said."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from cwb.cli import Cwb
from cwb.identity.services import register_organisation
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from ledger.columns.rules import ColumnMap
from ledger.spend.models import SpendImport, SpendLine
from ledger.suppliers.models import Supplier
from ledger.uploads import commands, queries, services

AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)

HEAD = "Leverancier;Factuurnummer;Factuurdatum;Bedrag\n"
GOOD = HEAD + "Jansen BV;F1;31-07-2026;1.250,00\nJansen BV;F2;01-08-2026;50,00-\nBakker;F3;;10,00\n"


@pytest.fixture
def sessions(database_url):
    engine = make_engine(database_url)
    made = make_sessions(engine)
    with made() as session, atomic(session):
        register_organisation(
            session, name="Voorbeeld", kvk_number="91111111", legal_form="public_body", street="Weg", house_number="1",
            postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example", anchor_type="municipality", at=AT,
        )  # fmt: skip
    yield made
    engine.dispose()


@pytest.fixture
def stored(sessions):
    def count(table=SpendLine):
        with sessions() as session:
            return session.scalar(select(func.count()).select_from(table))

    return count


@pytest.fixture
def run(sessions, database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CWB_DATA", str(tmp_path))
    group = Cwb("cwb")
    group.add_command(commands.spend)

    def call(content, *arguments, anchor="91111111", as_json=True):
        path = tmp_path / "grootboek.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        shape = ["--json"] if as_json else []
        found = CliRunner().invoke(
            group, ["spend", "import", str(path), "--anchor", anchor, *shape, *arguments]
        )
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return found.exit_code, json.loads(found.stdout) if as_json and found.stdout else {}, found.stderr

    return call


def test_lines_are_booked_once_and_a_dry_run_says_so_before(run, stored):
    content = GOOD + "Jansen BV;F1;31-07-2026;1.250,00\nSlager;F4;01-07-2026;twaalf\n;F5;01-07-2026;1,00\n"
    dry = run(content, "--dry-run")
    assert (stored(), stored(SpendImport), stored(Supplier)) == (0, 0, 0)
    wet = run(content)
    assert dry == wet
    code, said, _ = wet
    assert code == 0
    faults = said.pop("faults")
    assert {**said, "mapping": 0, "confidence": 0, "flags": 0} == {
        "rows": 6, "accepted": 4, "rejected": 2, "sum": "2460.00", "negatives": 1, "negatives_sum": "-50.00",
        "duplicates": 0, "added": 4, "encoding": "utf-8", "delimiter": ";", "header_row": 1,
        "first_date": "2026-07-31", "last_date": "2026-08-01", "suppliers": 2, "mapping": 0, "confidence": 0,
        "decimal_mark": ",", "date_order": "dmy", "fault_counts": {"AmountInvalid": 1, "SupplierNameMissing": 1},
        "flags": 0, "flag_counts": {"date_missing": 1, "identical": 1},
            "likely_counted": {"lines": 0, "sum": "0.00", "file": "", "changed": 0, "changed_sum": "0.00"},
    }  # fmt: skip
    assert [(each["row"], each["field"]) for each in faults] == [(6, "amount"), (7, "supplier_name")]
    assert said["mapping"] == {
        "supplier_name": "Leverancier", "invoice_date": "Factuurdatum", "amount": "Bedrag", "document_number": "Factuurnummer",
    }  # fmt: skip
    assert [(each["row"], each["flag"]) for each in said["flags"]] == [(4, "date_missing"), (5, "identical")]
    again = run(content)[1]
    assert (again["accepted"], again["duplicates"], again["added"]) == (4, 4, 0)
    more = run(content + "Jansen BV;F1;31-07-2026;1.250,00\n")[1]
    assert (more["duplicates"], more["added"]) == (4, 1)
    assert (stored(), stored(SpendImport)) == (5, 3)


def test_a_dry_run_says_what_an_invoice_would_lose(run, stored):
    head = "Leverancier;Factuurnummer;Factuurdatum;Bedrag;Omschrijving\n"
    run(head + "".join(f"Jansen BV;F1;01-07-2026;{part};deel\n" for part in ("10,00", "20,00", "30,00")))
    code, said, told = run(head + "Jansen BV;F1;01-07-2026;25,00;deel\n", "--dry-run")
    found = said["likely_counted"]["if_new"]
    assert (code, found["old_lines"], found["old_sum"], found["new_lines"], found["new_sum"]) == (
        0, 3, "60.00", 1, "25.00",
    )  # fmt: skip
    assert [each["amount"] for each in found["fewer"][0]["lost"]] == ["30.00", "20.00", "10.00"]
    assert stored() == 3
    _, _, told = run(head + "Jansen BV;F1;01-07-2026;25,00;deel\n", "--dry-run", as_json=False)
    assert "goes: Jansen BV F1 30.00 deel" in told


def test_what_is_refused_or_unreadable_stores_nothing(run, stored):
    code, said, told = run(HEAD + "A;1;01-07-2026;5,00\nTotaal;;;9.999,00\n")
    assert (code, said["reason"], said["rows"]) == (1, "TotalsDiffer", 1)
    assert told.strip().count("\n") == 0
    code, said, _ = run("Leverancier;Datum;Bedrag incl. btw\nA;01-07-2026;1,00\n")
    assert (code, said["reason"], said["missing"]) == (1, "ColumnsUnsure", ["amount"])
    for content in (b"", b"\x89PNG\r\n\x1a\n\0\0", GOOD.encode() + b'"Slager;F4;01-07-2026;1,00\n'):
        code, said, told = run(content)
        assert (code, said) == (2, {})
        assert "Er is niets opgeslagen" in told
    assert run(GOOD, "--period", "2026-Q9")[0] == 2
    assert run(GOOD, anchor="00000000")[0] == 1
    assert run(GOOD, anchor="demo")[0] == 1
    assert run(GOOD, "--profile", "nooit")[0] == 1
    assert (stored(), stored(SpendImport), stored(Supplier)) == (0, 0, 0)


def test_a_saved_mapping_reads_what_no_guess_would(run, sessions):
    content = "Wie;Wanneer;Hoeveel\nA;03/04/2026;1.250\n"
    unsure = run(content)[1]
    assert (unsure["reason"], unsure["columns"], unsure["mapping"]) == (
        "ColumnsUnsure", ["Wie", "Wanneer", "Hoeveel"], {},
    )  # fmt: skip
    columns = ColumnMap(
        {"supplier_name": "Wie", "invoice_date": "Wanneer", "amount": "Hoeveel"}, mark=".", order="mdy"
    )
    with sessions() as session, atomic(session):
        anchor = queries.anchor(session, "91111111")
        services.save_profile(
            session, anchor=anchor, name=" Ons  pakket ", columns=columns, actor_id=None, at=AT
        )
    code, said, _ = run(content, "--profile", "Ons pakket")
    assert (code, said["sum"], said["first_date"], said["mapping"]["amount"]) == (
        0,
        "1.25",
        "2026-03-04",
        "Hoeveel",
    )
    assert run(GOOD, "--profile", "Ons pakket")[1]["reason"] == "HeaderMissing"
