"""The national table of addresses: read as it is published, kept for the area, refused whole."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from cwb.addresses.commands import area_group as command
from cwb.addresses.errors import TableRefused, TableUnreadable
from cwb.addresses.gateway import keep, read_table
from cwb.addresses.rules import Places
from cwb.config import Config
from cwb.places.gateway import area_pack
from cwb.places.rules import Basis, Verdict, days_of_change, resolve

HEAD = "PC6;Huisnummer;Buurt2025;Wijk2025;Gemeente2025\n"
ROWS = "1061AB;12;0363FM02;0363FM;0363\n1061AB;14;0363ED01;0363ED;0363\n1115AA;1;04370101;043701;0437\n"
ON = date(2026, 7, 1)


def table(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "pc6hnr.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_the_command_keeps_what_the_area_needs(tmp_path, monkeypatch):
    monkeypatch.setenv("CWB_DATA", str(tmp_path / "data"))
    path = table(tmp_path, HEAD + ROWS + "1115AB;3;0363TA01;0363TA;0363\n3011AD;5;05990110;059901;0599\n")
    answer = CliRunner().invoke(
        command, ["import-addresses", str(path), "--valid-from", "2025-08-01", "--json"]
    )
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output) == {"rows": 5, "addresses": 3, "postcodes": 3}
    pack = area_pack(Config(data_dir=tmp_path / "data"))
    assert (pack.addresses.source, pack.municipalities.valid_from) == (
        "CBS, buurt, wijk en gemeente voor postcode-huisnummer", date(2025, 8, 1),
    )  # fmt: skip
    inside, beside = resolve(pack, "1061 AB", 12, on=ON), resolve(pack, "1061 AB", 14, on=ON)
    assert (inside.buurt, beside.verdict, beside.basis) == ("FM02", Verdict.OUTSIDE, Basis.ADDRESS)
    assert beside.variants["amsterdam"] is Verdict.INSIDE
    both = resolve(pack, "1115 AA", 1, on=ON).variants
    assert (both["amsterdam"], both["mra"]) == (Verdict.UNKNOWN, Verdict.INSIDE)
    assert set(resolve(pack, "3011 AB", 1, on=ON).variants.values()) == {Verdict.OUTSIDE}


@pytest.mark.parametrize(
    "text",
    [
        "pc6,huisnummer,buurt2018,wijk2018,gemeente2018\n1061AB,12,BU0363FM02,WK0363FM,GM0363\n",
        '"PC6";"Huisnummer";"Buurt"\n"1061 AB";"12";"363FM02"\n\n',
    ],
)
def test_the_forms_of_other_years_are_read(tmp_path, text):
    found = read_table(table(tmp_path, text, "utf-8-sig"), area_pack())
    assert found.buurten == {("1061 AB", 12): "FM02"}
    assert found.gemeenten == {"1061": {"0363"}}


@pytest.mark.parametrize(
    ("text", "fault", "said"),
    [
        ("", TableUnreadable, "postcode, number, buurt"),
        ("PC6;Huisnummer;Gemeente2025\n1061AB;12;0363\n", TableUnreadable, "buurt"),
        (HEAD + ROWS + "1061AB;twaalf;0363FM02;;\n", TableUnreadable, "regel 5"),
        (HEAD + ROWS + "1061;12;0363FM02;;\n", TableUnreadable, "regel 5"),
        (HEAD + ROWS + "1061SA;12;0363FM02;;\n", TableUnreadable, "regel 5"),
        (HEAD + ROWS + "1061AB;12;Overtoomse Veld;;\n", TableUnreadable, "regel 5"),
        (HEAD + ROWS + "1061AB;12\n", TableUnreadable, "regel 5"),
        (HEAD + ROWS + "1061AB;12;0363FM01;;\n", TableRefused, "twee buurten"),
        (HEAD + "3011AD;5;05990110;059901;0599\n", TableRefused, "geen adres"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_line(tmp_path, text, fault, said):
    with pytest.raises(fault) as refused:
        read_table(table(tmp_path, text), area_pack())
    assert said in refused.value.text()


def test_a_refused_table_leaves_what_was_there(tmp_path, monkeypatch):
    monkeypatch.setenv("CWB_DATA", str(tmp_path / "data"))
    good = table(tmp_path, HEAD + ROWS)
    assert (
        CliRunner().invoke(command, ["import-addresses", str(good), "--valid-from", "2025-08-01"]).exit_code
        == 0
    )
    before = (tmp_path / "data/areas/nieuw_west/addresses-2025-08-01.csv").read_text()
    bad = table(tmp_path, HEAD + ROWS + "1061AB;12;0363FM01;;\n")
    assert (
        CliRunner().invoke(command, ["import-addresses", str(bad), "--valid-from", "2026-08-01"]).exit_code
        == 1
    )
    missing = CliRunner().invoke(
        command, ["import-addresses", str(tmp_path / "none"), "--valid-from", "2026-08-01"]
    )
    assert missing.exit_code == 2
    assert (tmp_path / "data/areas/nieuw_west/addresses-2025-08-01.csv").read_text() == before
    assert sorted(each.name for each in (tmp_path / "data/areas/nieuw_west").iterdir()) == [
        "addresses-2025-08-01.csv", "municipalities-2025-08-01.csv",
    ]  # fmt: skip


def test_a_table_that_the_area_could_not_be_read_with_is_not_kept(tmp_path):
    config = Config(data_dir=tmp_path / "data")
    with pytest.raises(TableRefused):
        keep(config, Places({("1061 SS", 1): "FM02"}, {"1061": {"0363"}}, 1), source="test", valid_from=ON)
    assert not list((tmp_path / "data/areas/nieuw_west").iterdir())


def test_a_new_table_changes_nothing_of_the_days_before_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CWB_DATA", str(tmp_path / "data"))
    years = {
        "2025-08-01": HEAD + ROWS,
        "2026-08-01": HEAD + "1061AB;12;0363FM02;;\n1061AB;14;0363FM02;;\n1061AB;16;0363FM02;;\n",
    }
    for day in ("2026-08-01", "2025-08-01"):
        path = table(tmp_path, years[day])
        answer = CliRunner().invoke(command, ["import-addresses", str(path), "--valid-from", day, "--fewer"])
        assert answer.exit_code == 0, answer.output
    pack = area_pack(Config(data_dir=tmp_path / "data"))
    later = date(2026, 9, 1)
    found = {
        (number, on): resolve(pack, "1061 AB", number, on=on).verdict
        for number in (12, 14, 16)
        for on in (ON, later)
    }
    assert found == {
        (12, ON): Verdict.INSIDE, (12, later): Verdict.INSIDE, (14, ON): Verdict.OUTSIDE, (14, later): Verdict.INSIDE,
        (16, ON): Verdict.UNKNOWN, (16, later): Verdict.INSIDE,
    }  # fmt: skip
    assert [resolve(pack, "1061 AB", 12, on=on).area_version for on in (date(2025, 7, 1), ON, later)] == [
        pack.version, f"{pack.version}+2025-08-01", f"{pack.version}+2026-08-01",
    ]  # fmt: skip
    assert days_of_change(pack, "1061 AB", 14) >= {date(2025, 8, 1), date(2026, 8, 1)}
    assert resolve(pack, "1115 AA", 1, on=ON).variants["mra"] is Verdict.INSIDE, "the gemeenten of that year"


def test_half_a_file_is_refused_until_somebody_says_it_is_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("CWB_DATA", str(tmp_path / "data"))
    many = "".join(f"1061AB;{number};0363FM02;;\n" for number in range(1, 21))
    assert (
        CliRunner()
        .invoke(
            command, ["import-addresses", str(table(tmp_path, HEAD + many)), "--valid-from", "2025-08-01"]
        )
        .exit_code
        == 0
    )
    few = ["import-addresses", str(table(tmp_path, HEAD + ROWS)), "--valid-from", "2026-08-01"]
    refused = CliRunner().invoke(command, few)
    assert (refused.exit_code, "2 adressen" in refused.output, "20" in refused.output) == (1, True, True)
    assert area_pack(Config(data_dir=tmp_path / "data")).addresses.dates == ()
    assert CliRunner().invoke(command, [*few, "--fewer"]).exit_code == 0
