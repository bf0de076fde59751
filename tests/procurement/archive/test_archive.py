import io
import json
import zipfile
from hashlib import sha256

from cwb.audit.models import AuditRecord
from cwb.kernel.policy import Role
from procurement.archive import rules
from procurement.opening.models import BidAccess

FILES = {"b.txt": b"twee", "a.txt": "één".encode(), f"{rules.CONFIDENTIAL}c.txt": b"<drie>"}


def test_the_same_content_gives_the_same_bytes():
    assert rules.packed(FILES) == rules.packed(dict(reversed(FILES.items())))
    assert rules.packed(FILES) != rules.packed(FILES | {"b.txt": b"drie"})


def test_the_manifest_names_every_file_with_its_hash():
    found = json.loads(rules.manifest(FILES, {"tender": "T-1"}))
    assert {each["file"]: each["sha256"] for each in found["files"]} == {
        name: sha256(content).hexdigest() for name, content in FILES.items()
    }


def test_the_index_keeps_apart_and_escapes():
    page = rules.index(
        FILES | {"<x>.txt": b""}, "T <1>", {"about": "a", "public": "P", "confidential": "V"}
    ).decode()
    assert "<x>" not in page
    assert page.index("a.txt") < page.index(">V<") < page.index("c.txt")


def test_a_purchaser_takes_the_file_and_it_is_noted(panel, points, walk):
    panel.decided(points)
    panel.session.commit()
    world, number = panel.world, panel.tender.number
    anna = walk(world.anna)
    address = f"/tenders/{number}/archive"
    assert "opening.pdf" in anna.get(address).text
    got = anna.get(f"{address}/dossier.zip")
    assert got.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        names = archive.namelist()
        found = {each["file"]: each["sha256"] for each in json.loads(archive.read("manifest.json"))["files"]}
        assert all(sha256(archive.read(name)).hexdigest() == digest for name, digest in found.items())
    assert set(names) == {*found, "manifest.json"}
    assert sum(name.startswith(f"{rules.CONFIDENTIAL}brieven/") for name in names) == 3
    assert sum(name.startswith(f"{rules.CONFIDENTIAL}inschrijvingen/") for name in names) == 3
    assert panel.session.query(BidAccess).filter(BidAccess.purpose == "archive").count() == 1
    noted = panel.session.query(AuditRecord).filter(AuditRecord.action == "tender.archived").one()
    assert noted.facts["sha256"] == sha256(got.data).hexdigest()
    assert walk(world.eva).get(address).status_code == 200, "an auditor too"
    bidder = next(iter(panel.suppliers.values()))
    assert walk(bidder).get(address).status_code == 403
    other = world.person(
        "Otto", world.organisation("Andere gemeente", anchor_type="municipality"), Role.PURCHASER
    )
    panel.session.commit()
    assert walk(other).get(f"{address}/dossier.zip").status_code == 403
