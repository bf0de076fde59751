"""Pages of the register: who sees them, what they take, what they refuse."""

import hashlib
import io
from dataclasses import replace

import pytest

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from ledger.extracts.models import RegisterExtract
from ledger.lookups.models import RegisterUpload
from ledger.witnesses.models import Sighting
from tests.ledger.extracts.test_gateway import twin
from tests.ledger.lookups.conftest import told

__all__ = ["twin"]

KVK = KvkNumber("91234567")
PATH = "/spend/register"


def text_of(response):
    return response.get_data(as_text=True)


@pytest.fixture
def programme(sign_in):
    return sign_in(Role.PROGRAMME)


def send(browser, content, name="register.csv", **facts):
    data = {"file": (io.BytesIO(content), name), "source": "KvK", "looked_up_on": "", **facts}
    return browser.post(f"{PATH}/file", data=data, content_type="multipart/form-data")


GOOD = "kvk,naam,postcode,adres vanaf,startvestiging,sbi\n91234567,Voorbeeld,1063AA,2024-01-01,2020-01-01,1\n"


def test_a_file_is_looked_at_and_confirmed_by_a_colleague(programme, session, known, sign_in):
    supplier = known(kvk_number=KVK)
    page = text_of(programme.get(f"{PATH}/file"))
    assert "rij per vestiging" in page
    assert "kvk_number" in text_of(programme.get(f"{PATH}/example.csv"))
    answer = send(programme, GOOD.encode())
    assert answer.status_code == 303
    page = text_of(programme.get(answer.location))
    assert "lezen wij niet" in page
    assert "dezelfde naam" in page
    assert hashlib.sha256(GOOD.encode()).hexdigest() in page
    assert "binnen het gebied" in page
    assert "Wacht op een collega" in page
    assert programme.post(answer.location).status_code == 403
    assert session.query(RegisterExtract).count() == 0
    second = sign_in(Role.PROGRAMME)
    assert "Bevestig dit bestand" in text_of(second.get(answer.location))
    taken = second.post(answer.location)
    assert taken.status_code == 303
    page = text_of(second.get(taken.location))
    assert "Nieuw gevonden: 1. Vernieuwd: 0. Een mens beslist over: 0." in page
    session.refresh(supplier)
    assert supplier.register_number == KVK
    assert second.post(answer.location).status_code == 404
    assert "1063 AA" in text_of(programme.get(f"/spend/suppliers/{supplier.public_id}"))
    assert "bewezen lokaal" in text_of(programme.get(f"/spend/suppliers/{supplier.public_id}"))


def test_faults_are_told_by_row_and_nothing_is_taken(programme, session, sign_in):
    answer = send(programme, (GOOD + "1,Fout,,,,\n").encode())
    page = text_of(programme.get(answer.location))
    assert "Er zijn fouten" in page
    second = sign_in(Role.PROGRAMME)
    assert "Een KvK-nummer heeft 8 cijfers" in page
    assert second.post(answer.location).status_code == 422
    assert session.query(RegisterExtract).count() == 0
    assert programme.post(f"{answer.location}/discard").status_code == 303
    assert session.query(RegisterUpload).count() == 0


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (b"", {}), (b"zomaar", {}), (b"PK\x03\x04\x00\x00", {}), (GOOD.encode(), {"source": ""}),
        (GOOD.encode(), {"looked_up_on": "2199-01-01"}), (GOOD.encode(), {"looked_up_on": "1900-01-01"}), (GOOD.encode(), {"looked_up_on": "31-02-2026"}),
        (GOOD.encode(), {"source": "x" * 301}),
    ],
)  # fmt: skip
def test_what_is_no_register_file_is_refused(programme, session, content, facts):
    assert send(programme, content, **facts).status_code == 422
    assert session.query(RegisterUpload).count() == 0


def test_without_a_key_looking_up_is_off_and_says_so(programme):
    page = text_of(programme.get(PATH))
    assert "Opzoeken staat uit" in page
    assert f"{PATH}/ask" not in page
    answer = programme.get(f"{PATH}/ask")
    assert answer.location == PATH
    assert "er is geen sleutel" in text_of(programme.get(PATH))


def test_with_a_key_a_number_is_looked_up(app, monkeypatch, programme, session, known, twin):
    register, _answers, _asked = twin
    supplier = known("Test Voorbeeld", kvk_number=KvkNumber("69599084"))
    session.commit()
    config = replace(app.extensions["cwb.config"], kvk_key=register.key, kvk_url=register.base)
    monkeypatch.setitem(app.extensions, "cwb.config", config)
    assert "69599084" in text_of(programme.get(f"{PATH}/ask?number=69599084"))
    for wrong in ("", "12", "01234567"):
        assert programme.post(f"{PATH}/ask", data={"kvk_number": wrong}).status_code == 422, wrong
    answer = programme.post(f"{PATH}/ask", data={"kvk_number": "69599084"})
    assert answer.status_code == 303
    assert "Test Voorbeeld B.V." in text_of(programme.get(answer.location))
    session.refresh(supplier)
    assert supplier.register_number == "69599084"
    monkeypatch.setitem(app.extensions, "cwb.config", replace(config, kvk_url="http://127.0.0.1:9"))
    assert programme.post(f"{PATH}/ask", data={"kvk_number": "69599084"}).status_code == 503


EXTRACT = {
    "kvk_number": "91234567", "name": "Voorbeeld", "trade_names": "Ander | Nog een", "legal_form": "bv", "street": "Weg",
    "house_number": "1", "postcode": "1063 AA", "city": "Amsterdam", "country": "nl", "started_on": "2020-01-01",
    "from_on": "", "ended_on": "", "looked_up_on": "2026-08-01", "branch_number": "",
}  # fmt: skip


def test_an_extract_is_kept_with_its_second_reader(programme, session, known, sign_in):
    supplier = known(kvk_number=KVK)
    session.commit()
    good = EXTRACT
    for wrong in (
        {"kvk_number": "1"}, {"name": ""}, {"postcode": ""},
        {"country": "N1"}, {"started_on": ""}, {"started_on": "2026-01-01", "from_on": "2025-01-01", "ended_on": "x"},
        {"looked_up_on": "2199-01-01"}, {"trade_names": "x" * 501}, {"branch_number": "12"}, {"name": "x" * 201},
    ):  # fmt: skip
        assert programme.post(f"{PATH}/extract", data=good | wrong).status_code == 422, wrong
    assert session.query(RegisterExtract).count() == 0
    assert programme.post(f"{PATH}/extract", data=good).status_code == 303
    assert session.query(RegisterExtract).count() == 0, "one person proves nothing"
    seen, second = session.query(Sighting).one(), sign_in(Role.PROGRAMME)
    said = {"answer": "yes", "note": "Het uittreksel zelf gezien"}
    assert second.post(f"/spend/witnesses/{seen.public_id}", data=said).status_code == 303
    found = session.query(RegisterExtract).one()
    assert (found.via, found.trade_names, found.checked_by_id) == (
        "document",
        ["Ander", "Nog een"],
        second.user.id,
    )
    session.refresh(supplier)
    assert supplier.register_number == KVK


def test_the_auditor_reads_and_buyers_do_not(sign_in, session, known, take, anchor):
    supplier = known("Iemand anders", kvk_number=KVK)
    take(told(KVK, "Voorbeeld", trade_names=("Ander",)), told("91234568", "Zonder", ended_on=None))
    found = session.query(RegisterExtract).order_by(RegisterExtract.id).first()
    auditor, buyer = sign_in(Role.AUDITOR), sign_in(Role.PURCHASER, anchor)
    assert "Voorbeeld" in text_of(auditor.get(f"{PATH}?q=voorb"))
    assert "Zonder" not in text_of(auditor.get(f"{PATH}?q=voorb"))
    page = text_of(auditor.get(f"{PATH}/{found.public_id}"))
    assert supplier.name in page
    assert "niet gekoppeld" in page
    assert "Voorbeeld" in text_of(auditor.get(f"{PATH}/export.csv"))
    assert "Niets gevonden" in text_of(auditor.get(f"{PATH}?q=bestaatniet"))
    for path in ("/file", "/ask", "/extract"):
        assert auditor.get(PATH + path).status_code == 403
        assert buyer.get(PATH + path).status_code == 403
    for path in ("", f"/{found.public_id}", "/export.csv"):
        assert buyer.get(PATH + path).status_code == 403
    assert auditor.get(f"{PATH}/00000000-0000-0000-0000-000000000000").status_code == 404
