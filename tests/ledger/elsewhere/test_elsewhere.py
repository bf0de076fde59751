"""Figures of other places: each with its own definition and source, or not at all."""

import tomllib
from dataclasses import replace
from decimal import Decimal

import pytest

from cwb import paths
from ledger.elsewhere.errors import ElsewhereInvalid
from ledger.elsewhere.gateway import places, read_places
from ledger.elsewhere.rules import PublishedShare


def test_each_place_of_the_pack_says_what_it_counts_and_where_it_stands():
    found = places("nieuw_west")
    assert [each.name_en for each in found] == ["Preston, England", "Manchester, England"]
    assert found[0].shares[1] == PublishedShare("2016/17", "Preston", Decimal("0.182"))
    assert read_places(paths.area("nieuw_west") / "none.toml") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"counted": ""}, {"local_en": " "}, {"unknown": ""}, {"publisher": ""}, {"url": "http://example.org"}, {"shares": ()},
        {"shares": (PublishedShare("2020", "X", Decimal("18.2")),)}, {"shares": (PublishedShare("", "X", Decimal("0.1")),)},
    ],
)  # fmt: skip
def test_a_figure_without_definition_source_or_sense_cannot_be_made(wrong):
    with pytest.raises(ElsewhereInvalid):
        replace(places("nieuw_west")[0], **wrong)


def test_nor_is_it_read_from_a_file(tmp_path):
    whole = (paths.area("nieuw_west") / "elsewhere.toml").read_text(encoding="utf-8")
    for number, name in enumerate(("counted", "url", "read_on", "shares", "title")):
        path = tmp_path / f"{number}.toml"
        lines = whole.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{name} ="))
        lines[at] = lines[at].replace(f"{name} =", f"{name}x =")
        path.write_text("\n".join(lines), encoding="utf-8")
        assert tomllib.loads(path.read_text(encoding="utf-8"))
        with pytest.raises(ElsewhereInvalid, match=path.name):
            read_places(path)


def test_the_page_shows_each_figure_with_its_own_definition(client):
    page = client.get("/spend/elsewhere").text
    for place in places("nieuw_west"):
        after = page[page.index(place.name) :]
        assert after.index(place.counted) < after.index(place.url)
        assert place.local in after
    assert "18,2" in page
    assert "The supplier is in Preston" in client.get("/spend/elsewhere?lang=en").text
