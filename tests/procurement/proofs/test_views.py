"""The pages of proof, walked by the winner and the buyer without JavaScript."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from procurement.statements import queries as statements
from tests.cwb.files.test_gateway import PDF
from tests.procurement.panel import base, ok
from tests.procurement.proofs.test_services import begun

pytestmark = pytest.mark.begins(proofs=begun)


@pytest.fixture
def proofs(root):
    return root


@pytest.fixture
def walk(proofs, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: proofs.at)
    return lambda actor: sign_in_user(proofs.session.get_one(User, actor.user_id))


def test_from_the_question_to_seen_and_good(proofs, world, walk, sign_in):
    glans = proofs.suppliers["Glans"]
    buyer = walk(world.anna)
    listed = base(proofs, "proofs")
    assert listed in ok(buyer.get(base(proofs, "decision")), 200).text
    ask = f"{listed}/{proofs.label('Glans')}/ask"
    assert ask in ok(buyer.get(listed), 200).text
    ok(buyer.get(f"{listed}/{proofs.label('Boen')}/ask"), 404)
    day = local_date(proofs.at) + timedelta(days=5)
    ok(buyer.post(ask, data={"last_day": day.isoformat()}), 422)
    ok(buyer.post(ask, data={"kinds": ["kvk"], "last_day": day.isoformat()}))
    winner = walk(glans)
    assert "Laat uw bewijs zien" in ok(winner.get("/"), 200).text
    page = re.search(r'href="(/proofs/[^"]+)"', winner.get("/").text)[1]
    assert "U hebt dit stuk nog niet" in ok(winner.get(page), 200).text
    ok(winner.post("/statements", data={"kind": "kvk", "issued_on": local_date(proofs.at).isoformat()}))
    (paper,) = statements.papers(world.session, glans.organisation_id)
    attach = f"/statements/papers/{paper.public_id}/file"
    assert attach in ok(winner.get("/statements"), 200).text
    ok(winner.get(attach), 200)
    ok(winner.post(attach, data={"file": (BytesIO(b"MZ" + b"\0" * 999), "uittreksel.pdf")}), 422)
    assert f"{attach}?asked={page.rpartition('/')[2]}" in winner.get(page).text
    there = f"{attach}?asked={page.rpartition('/')[2]}"
    assert ok(winner.post(there, data={"file": (BytesIO(PDF), "uittreksel.pdf")})).location == page
    other = winner.post(f"{attach}?asked=//evil.example", data={"file": (BytesIO(PDF), "uittreksel.pdf")})
    assert ok(other).location == "/statements"
    world.session.expire_all()
    assert winner.get(f"{attach}/download").data == PDF
    ok(walk(proofs.suppliers["Boen"]).get(attach), 404)
    ok(walk(proofs.suppliers["Boen"]).get(page), 404)
    winner = walk(glans)
    assert "Stuur dit stuk" in ok(winner.get(page), 200).text
    ok(winner.post(f"{page}/send/kvk"))
    assert "Alles is gestuurd" in ok(winner.get(page), 200).text
    buyer = walk(world.anna)
    assert "Kijk het bewijs van de winnaar na" in ok(buyer.get("/"), 200).text
    shown = ok(buyer.get(listed), 200).text
    file = re.search(r'href="(/proofs/shown/[^"/]+)"', shown)[1]
    assert buyer.get(file).data == PDF
    ok(walk(proofs.suppliers["Boen"]).get(file), 404)
    buyer = walk(world.anna)
    ok(buyer.get(f"{file}/judge"), 200)
    ok(buyer.post(f"{file}/judge", data={"choice": "back"}), 422)
    ok(buyer.post(f"{file}/judge", data={"choice": "good"}))
    assert "gezien en goed" in ok(buyer.get(listed), 200).text
    ok(walk(world.eva).get(listed), 200)
    ok(sign_in(Role.PURCHASER).get(listed), 403)
