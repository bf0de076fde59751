"""Who takes the file, and what is in it when."""

import io
import zipfile

import pytest

from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from procurement.archive import rules, services
from procurement.tenders.models import Tender


def test_the_note_itself_has_a_guard(panel):
    bidder, world = panel.suppliers["Boen"], panel.world
    elsewhere = Actor(world.anna.user_id, "", bidder.organisation_id, "", frozenset({Role.PURCHASER}))
    for actor in (bidder, panel.carla, elsewhere):
        with pytest.raises(Forbidden):
            services.note_taking(
                panel.session, tender=panel.tender, digest="0" * 64, files=1, actor=actor, at=panel.at
            )  # fmt: skip


def test_an_assessor_and_a_draft_get_no_file(panel, walk):
    panel.session.commit()
    address = f"/tenders/{panel.tender.number}/archive"
    assert walk(panel.carla).get(address).status_code == 403
    world = panel.world
    draft = Tender(
        number="T-2026-9999", buyer_id=world.buyer.id, author_id=world.anna.user_id, created_at=panel.at, title="Nog niets"
    )  # fmt: skip
    panel.session.add(draft)
    panel.session.commit()
    answer = walk(world.anna).get("/tenders/T-2026-9999/archive")
    assert answer.status_code in (404, 409, 422)


def test_unsent_letters_stay_out_and_what_is_closed_stands_apart(panel, points, walk):
    panel.frozen(points)
    panel.prepare()
    panel.session.commit()
    got = walk(panel.world.anna).get(f"/tenders/{panel.tender.number}/archive/dossier.zip")
    names = set(zipfile.ZipFile(io.BytesIO(got.data)).namelist())
    assert not any("brieven" in name for name in names)
    public = {name for name in names if not name.startswith(rules.CONFIDENTIAL)}
    assert public <= {"manifest.json", "inhoud.htm", "aanbesteding.json", "open-data.jsonl"}
    assert len(names - public) >= 3
