"""The page of places and its files."""

import json


def test_the_page_names_every_wijk_and_its_sources(client):
    page = client.get("/places").get_data(as_text=True)
    for said in ("Sloterdijk Nieuw-West", "FE01", "focusbuurt", "1061", "47,4", "2022-03-24.2"):
        assert said in page


def test_the_files_hold_the_whole_register(client):
    lines = client.get("/places/buurten.csv").get_data(as_text=True).splitlines()
    assert len(lines) == 74
    assert len(client.get("/places/postcodes.csv").get_data(as_text=True).splitlines()) == 20
    register = json.loads(client.get("/places/register.json").data)
    assert register["version"] == "2022-03-24.2"
    assert sum(len(wijk["buurten"]) for wijk in register["wijken"]) == 73
