import json

import pytest
from sqlalchemy import select

from procurement.ocds import rules as ocds
from procurement.publication import queries
from procurement.publication.models import Release


@pytest.fixture
def published(buying):
    return [buying.published() for _ in range(3)]


def test_the_package_is_whole_and_says_who_made_it(client, published, buying):
    answer = client.get("/data/ocds/releases.json")
    assert answer.mimetype == "application/json"
    package = json.loads(answer.text)
    assert (package["version"], package["license"]) == ("1.1", ocds.LICENSE)
    assert package["publisher"]["name"] == buying.office.name
    assert package["publicationPolicy"].endswith("/data/ocds")
    assert len(package["releases"]) == 3
    assert package["publishedDate"] == max(each["date"] for each in package["releases"])
    assert set(package["extensions"]) == {
        ocds.EXTENSIONS[name] for each in package["releases"] for name in ocds.extensions_in(each)
    }  # fmt: skip
    assert "links" not in package
    assert client.get("/data/ocds").status_code == 200


def test_who_has_it_gets_nothing_again_until_something_happens(client, published, buying):
    first = client.get("/data/ocds/releases.json")
    mark = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/data/ocds/releases.json", headers=mark)
    assert (again.status_code, again.data) == (304, b"")
    buying.published()
    assert client.get("/data/ocds/releases.json", headers=mark).status_code == 200


def test_a_large_package_comes_in_pages(client, published, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    first = json.loads(client.get("/data/ocds/releases.json").text)
    second = json.loads(client.get("/data/ocds/releases.json?page=2").text)
    assert first["links"] == {"next": "http://127.0.0.1:8000/data/ocds/releases.json?page=2"}
    assert second["links"] == {"prev": "http://127.0.0.1:8000/data/ocds/releases.json?page=1"}
    assert ocds.EXTENSIONS["pagination"] in first["extensions"]
    ids = [each["id"] for package in (first, second) for each in package["releases"]]
    assert len(set(ids)) == 3
    assert client.get("/data/ocds/releases.json?page=3").status_code == 404


def test_the_core_needs_no_extension(client, published):
    package = json.loads(client.get("/data/ocds/releases.json?core=1").text)
    assert "extensions" not in package
    assert all(ocds.extensions_in(each) == [] for each in package["releases"])
    assert package["releases"][0]["tender"]["items"][0]["classification"]["scheme"] == "CPV"


def test_one_tender_alone(client, published, session):
    number = published[1].number
    package = json.loads(client.get(f"/tenders/{number}/ocds.json").text)
    assert [each["tender"]["id"] for each in package["releases"]] == [number]
    kept = session.scalars(select(Release.content).where(Release.tender_id == published[1].id)).one()
    assert json.loads(kept) == package["releases"][0]
    assert f"/tenders/{number}/ocds.json" in client.get(f"/tenders/{number}").text


def test_a_draft_is_not_there(client, buying):
    draft = buying.draft()
    assert client.get(f"/tenders/{draft.number}/ocds.json").status_code == 404
    package = json.loads(client.get("/data/ocds/releases.json").text)
    assert package["releases"] == []


def test_records_tell_the_state_of_now(client, published):
    package = json.loads(client.get("/data/ocds/records.json").text)
    assert len(package["records"]) == 3
    for record in package["records"]:
        compiled = record["compiledRelease"]
        assert compiled["tag"] == ["compiled"]
        assert compiled["ocid"] == record["ocid"]
        assert record["releases"][0]["url"].endswith(f"#{record['ocid']}-001-tender")
    assert client.get("/data/ocds/records.json?page=2").status_code == 404


def test_open_data_names_it(client, published):
    page = client.get("/data").text
    assert "/data/ocds/releases.json" in page
    assert "/data/ocds/records.json" in page
