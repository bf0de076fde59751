"""The pack as it is read: the real one against the sample boundaries, a second one, and broken ones."""

import csv
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cwb import paths
from cwb.config import Config
from cwb.places.errors import AreaPackInvalid
from cwb.places.gateway import area_pack, load_addresses, load_area
from cwb.places.rules import Basis, PostcodeClass, Verdict, resolve

TINY = {
    "area.toml": """
id = "polder"
version = "1"
valid_from = 2020-01-01
name = "De Polder"
full_name = "Gemeente De Polder"
country = "BE"
gemeente_code = "9999"
languages = ["nl"]
currency = "EUR"
[[clusters]]
code = "C1"
name = "Al het land"
[[variants]]
id = "dry"
name = "zonder het water"
name_en = "without the water"
why = "Vissen kopen niets."
without_wijken = ["W2"]
[[sources]]
id = "made-up"
title = "Bedacht"
publisher = "test"
use = "alles"
""",
    "wijken.csv": """code,name,cluster,tile_row,tile_column,valid_from,valid_to
W1,Land,C1,1,1,2020-01-01,
W2,Water,C1,1,2,2020-01-01,
""",
    "buurten.csv": """code,name,wijk,focus,valid_from,valid_to
W101,Dijk,W1,yes,2020-01-01,
W201,Plas,W2,no,2020-01-01,2025-01-01
""",
    "pc4.csv": """pc4,verdict,area_share,buurten,remainder,wijken,excludes,valid_from,valid_to,source
8000,inside,1,,,W1,,2020-01-01,2024-01-01,made-up
8000,split,0.5,W101,Zee,W1;W2,,2024-01-01,,made-up
8001,inside,1,,,,,2021-01-01,,made-up
""",
    "hosting.csv": """postcode,house_number,reason,valid_from,valid_to,source
8001 AA,5,kantoorhotel,2020-01-01,,made-up
""",
    "categories.csv": "id,name,name_en,cpv\nall,Alles,,\n",
}


AROUND = """
[[variants]]
id = "land"
name = "het hele land"
name_en = "all of the land"
why = "De polder is een deel."
gemeenten = ["9999"]
"""


def write(folder: Path, **other: str) -> Path:
    for name, text in {**TINY, **{key.replace("__", "."): value for key, value in other.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def shared() -> Path:
    given = os.environ.get("CWB_SHARED")
    found = (Path(given) if given else paths.PACKAGE.parent.parent / "shared") / "data" / "geo"
    if not found.is_dir():
        pytest.skip(f"no sample boundaries in {found}: set CWB_SHARED to the folder that holds data/geo")
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_pack_agrees_with_the_sample_boundaries():
    pack = load_area(paths.area("nieuw_west"))
    found = rows(shared() / "nieuw_west_buurten_2022.csv")
    assert {(r["buurt_code"], r["buurt"], r["wijk_code"], r["ois_focusbuurt"] == "True") for r in found} == {
        (b.code, b.name, b.wijk, b.focus) for b in pack.buurten.values()
    }
    assert {(r["wijk_code"], r["wijk"], r["ggw_code"]) for r in found} == {
        (w.code, w.name, w.cluster) for w in pack.wijken.values()
    }
    assert {(r["ggw_code"], r["ggw_gebied"]) for r in found} == {(c.code, c.name) for c in pack.clusters}
    assert {date.fromisoformat(r["geldig_vanaf"]) for r in found} == {pack.valid_from}


def test_the_postcode_classes_agree_with_the_sample_overlay():
    pack = load_area(paths.area("nieuw_west"))
    overlay = rows(shared() / "pc4_buurt_area_overlap.csv")
    assert {r["pc4"] for r in overlay} == pack.postcodes.keys()
    for pc4, (found,) in pack.postcodes.items():
        here = [r for r in overlay if r["pc4"] == pc4]
        share = Decimal(here[0]["pc4_area_share_in_nieuw_west"])
        touched = {r["buurt_code"] for r in here if r["stadsdeel_code"] == "F"}
        wijken = {code[:2] for code in touched}
        if found.verdict is PostcodeClass.INSIDE:
            assert share >= found.area_share
        elif found.verdict is PostcodeClass.OUTSIDE:
            assert share <= found.area_share
        else:
            assert abs(share - found.area_share) <= Decimal("0.0006")
            main = {r["buurt_code"] for r in here if Decimal(r["share_of_pc4_area"]) > Decimal("0.005")}
            assert set(found.buurten) == main & touched
        assert wijken.isdisjoint(found.excludes)
        if found.wijken and pc4 != "1043":  # 1043 also touches 0.06 % of FB04, a park
            assert wijken == set(found.wijken)


def test_the_register_is_complete():
    pack = area_pack(Config())
    assert (len(pack.clusters), len(pack.wijken), len(pack.buurten)) == (5, 15, 73)
    assert sum(b.focus for b in pack.buurten.values()) == 10
    assert all(pack.buurten_of(code) for code in pack.wijken)
    assert area_pack(Config()) is pack


def test_a_second_area_needs_no_code(tmp_path):
    pack = load_area(write(tmp_path))
    early, late = date(2023, 1, 1), date(2026, 1, 1)
    assert resolve(pack, "8000 AA", country="BE", on=early).verdict is Verdict.INSIDE
    assert resolve(pack, "8000 AA", country="BE", on=early).wijk == "W1"
    assert resolve(pack, "8000 AA", country="BE", on=early).variants == {"dry": Verdict.INSIDE}
    assert resolve(pack, "8000 AA", country="BE", on=late).verdict is Verdict.UNKNOWN
    assert resolve(pack, "8001", country="BE", on=date(2020, 6, 1)).basis is Basis.UNDATED
    assert resolve(pack, "8001 AA", "5b", country="BE", on=late).basis is Basis.HOSTING
    assert resolve(pack, "8001 AA", 6, country="BE", on=late).verdict is Verdict.INSIDE
    assert resolve(pack, "1060 AB", country="NL", on=late).basis is Basis.FOREIGN
    assert pack.category_of("123").id == "all"


def test_addresses_of_the_installation_are_added(tmp_path):
    folder = tmp_path / "areas" / "nieuw_west"
    folder.mkdir(parents=True)
    table = folder / "addresses.csv"
    assert area_pack(Config(data_dir=tmp_path)).addresses is None
    table.write_text("# source: test; valid_from: 2025-08-01\npostcode,house_number,buurt\n1061 AB,12,FM02\n")
    found = resolve(area_pack(Config(data_dir=tmp_path)), "1061AB", "12", on=date(2026, 1, 1))
    assert (found.buurt, found.basis) == ("FM02", Basis.ADDRESS)


def test_the_house_numbers_of_the_example_lie_in_buurten_of_the_area():
    pack = area_pack()
    table = load_addresses(paths.area("nieuw_west") / "demo_addresses.csv", "nieuw_west")
    assert set(table.buurten.values()) <= set(pack.buurten)
    places = {pack.buurten[code].wijk for code in table.buurten.values()}
    assert len(places) >= 8
    outside = [
        six
        for six, _number in table.buurten
        if pack.postcodes[six[:4]][0].verdict is not PostcodeClass.INSIDE
    ]
    assert outside == [], "a table of an example moves nobody into the area"


def test_a_buurt_that_has_ended_proves_nothing(tmp_path):
    table = tmp_path / "addresses.csv"
    table.write_text("# source: t; valid_from: 2020-01-01\npostcode,house_number,buurt\n8001 AA,1,W201\n")
    pack = load_area(write(tmp_path))
    dated = replace(pack, addresses=load_addresses(table, "polder"))
    assert resolve(dated, "8001 AA", 1, country="BE", on=date(2024, 1, 1)).buurt == "W201"
    assert resolve(dated, "8001 AA", 1, country="BE", on=date(2026, 1, 1)).basis is Basis.UNDATED


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("area.toml", "id = ", "area.toml"),
        ("area.toml", "id = 'polder'", "version"),
        ("area.toml", f"{TINY['area.toml']}{AROUND.replace('9999', '9998')}", "land"),
        ("area.toml", f"{TINY['area.toml']}{AROUND}{AROUND.replace('gemeenten', '# gemeenten')}", "land"),
        ("municipalities.csv", "# source: x; valid_from: 2020-01-01\npc4,gemeenten\n8000,\n", "regel 3"),
        (
            "municipalities.csv",
            "# source: x; valid_from: 2020-01-01\npc4,gemeenten\n8000,9999\n8000,9998\n",
            "regel 4",
        ),
        ("municipalities.csv", "pc4,gemeenten\n8000,9999\n", "regel 1"),
        ("wijken.csv", TINY["wijken.csv"].replace("C1", "C9"), "W1"),
        ("wijken.csv", TINY["wijken.csv"].replace("1,2,", "1,1,"), "tegel"),
        ("wijken.csv", TINY["wijken.csv"].replace("W2", "W1"), "twee keer"),
        ("wijken.csv", TINY["wijken.csv"].replace(",Land,", ",,"), "regel 2"),
        ("buurten.csv", TINY["buurten.csv"].replace(",W2,", ",W9,"), "W201"),
        ("buurten.csv", TINY["buurten.csv"].replace("yes", "maybe"), "regel 2"),
        ("pc4.csv", TINY["pc4.csv"].replace("2024-01-01,,", "2023-01-01,,"), "8000"),
        ("pc4.csv", TINY["pc4.csv"].replace("0.5", "1.5"), "regel 3"),
        ("pc4.csv", TINY["pc4.csv"].replace("W1;W2", "W1;W7"), "8000"),
        ("pc4.csv", TINY["pc4.csv"].replace("W101", "W999"), "8000"),
        ("pc4.csv", TINY["pc4.csv"].replace("made-up", "nobody"), "8000"),
        ("pc4.csv", TINY["pc4.csv"].replace("2020-01-01,2024-01-01", "2024-01-01,2020-01-01"), "regel 2"),
        ("hosting.csv", TINY["hosting.csv"].replace("8001 AA", "rubbish"), "regel 2"),
        ("categories.csv", "id,name,name_en,cpv\nall,Alles,,\nall,Alles,,\n", "twee keer"),
    ],
)
def test_a_broken_pack_is_refused_and_named(tmp_path, file, text, said):
    folder = write(tmp_path)
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(AreaPackInvalid) as refused:
        load_area(folder)
    assert said in refused.value.text()
    assert file in refused.value.text()


def test_a_missing_file_and_a_missing_area_are_named(tmp_path):
    folder = write(tmp_path)
    (folder / "pc4.csv").unlink()
    with pytest.raises(AreaPackInvalid, match=r"pc4\.csv"):
        load_area(folder)
    with pytest.raises(AreaPackInvalid, match="nieuw_west"):
        area_pack(Config(area="../nieuw_west"))
    with pytest.raises(AreaPackInvalid, match="nergens"):
        area_pack(Config(area="nergens"))


@pytest.mark.parametrize(
    "text",
    [
        "postcode,house_number,buurt\n1061 AB,12,FM02\n",
        "# source: x; valid_from: soon\npostcode,house_number,buurt\n1061 AB,12,FM02\n",
        "# source: x; valid_from: 2025-01-01\npostcode,house_number,buurt\n1061 AB,12a,FM02\n",
        "# source: x; valid_from: 2025-01-01\npostcode,house_number,buurt\nrubbish,12,FM02\n",
        "# source: x; valid_from: 2025-01-01\npostcode,house_number,buurt\n1061 AB,12,FM02\n1061AB,12,FM01\n",
    ],
)
def test_an_address_table_that_cannot_be_read_is_refused(tmp_path, text):
    table = tmp_path / "addresses.csv"
    table.write_text(text)
    with pytest.raises(AreaPackInvalid, match="addresses"):
        load_addresses(table, "x")
