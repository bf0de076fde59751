import re

import pytest
from sqlalchemy import func, select

from coops.enrolment.models import EnrolmentDraft
from coops.founders.queries import find_statutes
from coops.founders.services import answer_request
from coops.initiatives import services as initiatives
from coops.members.queries import members
from coops.papers.models import CooperativePaper
from coops.register import queries as register
from coops.register.rules import Grade, Proof
from coops.register.services import judge_claim, register_cooperative
from coops.steps import services as steps
from cwb.audit.models import AuditRecord
from cwb.files.gateway import HouseKeys
from cwb.files.rules import MEGA
from cwb.identity import queries as identity
from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from cwb.people.queries import open_invitations
from cwb.privacy.services import erase_user
from tests.coops.enrolment.walk import PAGES, answer, answer_all, body
from tests.cwb.files.test_gateway import PDF


@pytest.fixture
def founder(sign_in):
    return sign_in(Role.RESIDENT)


@pytest.fixture
def board(sign_in):
    return sign_in(Role.BOARD)


def drafts(session):
    return session.scalar(select(func.count()).select_from(EnrolmentDraft))


def upload(browser, content=PDF, name="statuten.pdf", kind="statutes", where="/cooperatives/join/papers"):
    return browser.post(where, **body(content, name, kind=kind))


def test_five_steps_by_somebody_new_with_no_organisation_yet(founder, session, client):
    assert "nog te doen" in founder.get("/cooperatives/join").text
    assert answer_all(founder).location.endswith("/papers")
    assert re.search(
        r'<input[^>]*checked[^>]*value="statutes"', founder.get("/cooperatives/join/papers").text
    )
    assert upload(founder).status_code == 303
    assert re.search(r'<input[^>]*checked[^>]*value="members"', founder.get("/cooperatives/join/papers").text)
    page = founder.get("/cooperatives/join/check")
    assert "NL91 •••• 4300" in page.text
    assert "0417164300" not in page.text
    sent = founder.post("/cooperatives/join/check")
    assert sent.status_code == 303, sent.text
    made = identity.find_organisation_by_kvk(session, "01234567")
    assert identity.people_with(session, made.id, Role.BOARD) == [founder.user]
    profile = register.find_cooperative(session, made.id)
    assert (profile.members, profile.serves) == (3, ["FB"])
    assert session.scalars(select(CooperativePaper.organisation_id)).all() == [made.id]
    assert drafts(session) == 0
    shown = founder.get(sent.location).text
    assert shown.count("minder dan 5") == 2, (
        "few members and few who work there: no count of so few people is told"
    )
    assert "Werkcoöperatie" in shown
    assert 'href="/fitting"' in shown, "whoever just registered is led on to work"
    assert 'href="/fitting"' not in client.get(sent.location).text


def test_statutes_and_founders_of_the_initiative_come_along_once(founder, session, client, sign_in, tmp_path):
    at, day = now(), local_date(now())
    begun = initiatives.start_initiative(
        session, sentence="Samen de was doen", category="cleaning", user_id=founder.user.id, at=at
    )
    about = {"initiative": begun, "user_id": founder.user.id, "at": at}
    initiatives.sign_intent(session, stands=True, **about)
    other = sign_in(Role.RESIDENT)
    initiatives.sign_intent(session, **{**about, "stands": True, "user_id": other.user.id})
    answer_request(session, asker_id=other.user.id, accept=True, **about)
    deed = steps.Upload("akte.pdf", PDF, HouseKeys(tmp_path))
    told = {"text": "In de map", "reached_on": day, **about}
    steps.show_step(session, step="statutes", file=deed, **told)
    steps.show_step(session, step="kvk", kvk="01234567", **told)
    answer_all(founder)
    page = founder.get("/cooperatives/join/papers").text
    assert "De statuten van uw initiatief komen vanzelf mee." in page
    assert re.search(r'<input[^>]*checked[^>]*value="members"', page)
    sent = founder.post("/cooperatives/join/check")
    kept = session.scalars(select(CooperativePaper).execution_options(populate_existing=True)).one()
    made = identity.find_organisation_by_kvk(session, "01234567")
    assert (kept.organisation_id, kept.draft_key, kept.came_along) == (made.id, begun.public_id, True)
    assert "(kwam mee van het initiatief)" in founder.get("/cooperatives/papers").text
    assert "Het programma kreeg stukken en moet ze nog beoordelen." in client.get(sent.location).text
    assert session.scalar(select(Mail.recipient).where(Mail.key.like("registered-%"))) == other.user.email
    assert 'href="/incubator/members"' in founder.get("/members").text
    ticked = {"who": [founder.user.email, other.user.email, "vreemd@voorbeeld.example"], "kind": "worker"}
    assert founder.post("/incubator/members", data=ticked).status_code == 422, "only who signed"
    assert founder.post("/incubator/members", data={**ticked, "who": ticked["who"][:2]}).status_code == 303
    entered = [(each.contact, each.user_id) for each in members(session, made.id)]
    assert sorted(entered) == sorted([(founder.user.email, founder.user.id), (other.user.email, None)])
    assert [each.email for each in open_invitations(session, made.id)] == [other.user.email]
    assert "Er is geen oprichter die nog geen lid is." in founder.get("/incubator/members").text
    assert find_statutes(session, "12345678", founder.user.id) is None, "another number"
    initiatives.sign_intent(session, **{**about, "stands": False})
    assert find_statutes(session, "01234567", founder.user.id) is None, "who left founds nothing"


def test_one_stops_after_any_page_and_goes_on_elsewhere(founder, session, sign_in_user):
    for page in ("who", "numbers", "work"):
        assert answer(founder, page).status_code == 303
    elsewhere = sign_in_user(founder.user)
    shown = elsewhere.get("/cooperatives/join").text
    assert "klaar" in shown
    assert "begonnen" in shown
    assert 'value="01234567"' in elsewhere.get("/cooperatives/join/who").text
    assert elsewhere.get("/cooperatives/join/check").location.endswith("/capacity")
    assert elsewhere.post("/cooperatives/join/give-up").status_code == 303
    assert drafts(session) == 0


def test_each_page_has_seven_fields_at_most(founder):
    for page in [*PAGES, "papers"]:
        shown = founder.get(f"/cooperatives/join/{page}").text
        names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([a-z_]+)"', shown))
        assert len(names - {"csrf_token", "once", "q", "lang"}) <= 7, (page, names)


@pytest.mark.parametrize(
    ("answer_given", "said"),
    [("abroad", "Nederlandse Handelsregister"), ("dissolved", "opgeheven organisatie"), ("not_yet", "inkoopkalender")],
)  # fmt: skip
def test_who_cannot_take_part_hears_why_and_what_then(founder, session, answer_given, said):
    sent = answer(founder, "who", registered=answer_given, kvk_number="", name="")
    assert sent.status_code == 422
    assert said in sent.text
    assert "Vul dit in" not in sent.text, "who has no number is asked for none"
    assert drafts(session) == 0


@pytest.mark.parametrize(
    ("page", "change"),
    [
        ("who", {"kvk_number": "DE123456"}), ("who", {"email": "x"}), ("who", {"legal_form": "koning"}),
        ("numbers", {"rsin": "123456789"}), ("numbers", {"iban": "NL00"}), ("numbers", {"vat_id": "NL1"}),
        ("numbers", {"phone": "abc"}), ("numbers", {"phone": "020"}),
        ("work", {"sectors": []}), ("work", {"sectors": ["witchcraft"]}), ("work", {"description": ""}), ("work", {"kind": "bank"}),
        ("capacity", {"members": "-1"}), ("capacity", {"people": "veel"}), ("where", {"postcode": "99"}),
        ("facts", {"votes_workers": "101"}), ("facts", {"last_meeting": "2199-01-01"}), ("facts", {"surplus": "x"}),
    ],
)  # fmt: skip
def test_bad_input_is_shown_at_its_field_and_keeps_nothing(founder, session, page, change):
    sent = answer(founder, page, **change)
    assert sent.status_code == 422
    assert f'id="{next(iter(change))}-fout"' in sent.text
    assert drafts(session) == 0


def test_what_is_missing_is_told_together_and_an_example_is_a_number_that_is_accepted(founder):
    sent = answer(founder, "work", sectors=[], kind="")
    assert all(f'id="{name}-fout"' in sent.text for name in ("sectors", "kind"))
    wrong = answer(founder, "numbers", vat_id="NL123456789B01").text
    example = re.search(r"klopt niet. Het ziet eruit als (NL[0-9]+B[0-9]+)", wrong)[1]
    assert answer(founder, "numbers", vat_id=example, phone="+31 (0)20 123 45 67").status_code == 303


@pytest.mark.parametrize("form", ["sole_trader", "partnership"])
@pytest.mark.parametrize("numbers", [{"rsin": "", "vat_id": "NL111222333B01"}, {"rsin": "111222333"}])
def test_a_bsn_is_neither_kept_nor_shown_nor_logged(founder, session, capsys, form, numbers):
    assert answer(founder, "who", legal_form=form).status_code == 303
    sent = answer(founder, "numbers", **numbers)
    assert sent.status_code == 422
    assert "111222333" not in sent.text
    assert "111222333" not in str(session.scalars(select(EnrolmentDraft.answers)).all())
    assert "111222333" not in "".join(capsys.readouterr())
    assert "111222333" not in str(session.scalars(select(AuditRecord.facts)).all())


def test_numbers_go_when_the_form_becomes_a_natural_person(founder, session):
    for page in ("who", "numbers"):
        answer(founder, page)
    assert answer(founder, "who", legal_form="sole_trader").status_code == 303
    assert "numbers" not in session.scalars(select(EnrolmentDraft.answers)).one()


def test_a_text_with_what_may_be_a_bsn_is_not_kept(founder, session):
    sent = answer(founder, "work", description="Bel mij, mijn nummer is 111 222 333.")
    assert sent.status_code == 422
    assert "lijkt op een BSN" in sent.text
    assert drafts(session) == 0
    assert answer(founder, "work", description="Sinds 2019, tel. 020 1234567.").status_code == 303


@pytest.mark.parametrize(
    ("page", "facts"),
    [("who", {"kvk_number": "01234567"}), ("numbers", {"iban": "NL91ABNA0417164300"}), ("numbers", {"rsin": "123456782"}), ("numbers", {"vat_id": "NL123456782B90"}), ("numbers", {"branch_number": "000012345678"})],
)  # fmt: skip
def test_the_same_number_leads_to_who_is_here_without_telling_who(
    founder, session, make_organisation, make_user, page, facts
):
    there = make_organisation(name="Geheim Bedrijf", **facts)
    keeper = make_user((Role.BOARD, there))
    sent = answer(founder, page, **facts)
    assert sent.status_code == 422
    assert "mee mag doen" in sent.text
    assert "Geheim Bedrijf" not in sent.text
    for _twice in range(2):
        assert founder.post("/cooperatives/join/ask", data=facts).status_code == 303
    letter = session.scalars(select(Mail)).one()
    assert (letter.recipient, founder.user.email in letter.text) == (keeper.email, True)
    assert founder.post("/cooperatives/join/ask", data={"kvk_number": "99999999"}).status_code == 303


def test_a_name_that_is_alike_only_proposes(founder, make_organisation):
    make_organisation(name="Coöperatie Schoon Samen")
    make_organisation(name="Groen Alleen")
    answer_all(founder)
    page = founder.get("/cooperatives/join/check").text
    assert "Coöperatie Schoon Samen" in page
    assert "Groen Alleen" not in page
    assert founder.post("/cooperatives/join/check").status_code == 303


def test_an_organisation_that_is_here_is_not_asked_who_it_is(board, session):
    assert board.get("/cooperatives/join/who").location.endswith("/cooperatives/join")
    assert answer_all(board, besides=("who", "numbers")).status_code == 303
    sent = board.post("/cooperatives/join/check")
    assert sent.status_code == 303, sent.text
    assert drafts(session) == 0
    assert "Wij maken schoon." in board.get("/cooperatives/join/work").text, (
        "what stands there is shown, not asked again"
    )
    assert "Wij maken schoon." in board.get("/cooperatives/join/check").text
    assert drafts(session) == 0, "looking keeps nothing"
    assert answer(board, "work", description="Nu ook ramen.").status_code == 303
    assert 'value="80"' in board.get("/cooperatives/join/facts").text
    assert board.post("/cooperatives/join/check").status_code == 303
    assert "Nu ook ramen." in board.get(sent.location).text


def test_a_colleagues_change_is_not_overwritten(board, session):
    answer_all(board, besides=("who", "numbers"))
    board.post("/cooperatives/join/check")
    answer(board, "work", description="Van gisteren.")
    profile = register.find_cooperative(session, board.organisation.id)
    profile.version += 1
    session.commit()
    sent = board.post("/cooperatives/join/check")
    assert sent.status_code == 409


def test_an_address_that_proves_nothing_is_unknown(founder):
    answer_all(founder, besides=("where",))
    answer(founder, "where", street="Postbus 12", postcode="1069 AB")
    page = founder.get("/cooperatives/join/check").text
    assert "onbekend" in page


def test_an_address_of_which_the_wijk_is_not_known_is_told_and_the_wijk_may_be_said(founder, session, client):
    answer_all(founder)
    shown = founder.get("/cooperatives/join/where").text
    assert "In welke wijk het ligt, weten wij niet." in shown
    assert 'value="FJ"' in shown
    assert 'value="FA"' not in re.search(r'<select[^>]* name="wijk".*?</select>', shown, re.DOTALL)[0]
    refused = answer(founder, "where", wijk="FA")
    assert refused.status_code == 422
    assert "Deze postcode ligt niet in die wijk." in refused.text
    assert answer(founder, "where").location.endswith("/where"), "asked once more, where it can be chosen"
    assert answer(founder, "where", wijk="FJ").location.endswith("/facts")
    assert "wijk Osdorp-Midden, zelf opgegeven" in founder.get("/cooperatives/join/facts").text
    made = founder.post("/cooperatives/join/check").location
    assert "Osdorp-Midden (zelf opgegeven)" in client.get(made).text
    assert "zelf opgegeven" in client.get("/cooperatives?q=Schoon").text
    kept = founder.get("/cooperatives/join/where").text
    assert re.search(r'<option[^>]* selected[^>]* value="FJ"|value="FJ"[^>]* selected', kept), (
        "a change keeps it"
    )


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"postcode": "1011 AB"}, "In de cijfers telt u niet mee als lokaal."),
        ({"street": "Postbus 12"}, "Een postbus is geen vestiging."),
    ],
)
def test_an_address_elsewhere_or_that_is_none_is_told_at_once_and_holds_nobody_back(founder, address, told):
    sent = answer(founder, "where", wijk="FJ", **address)
    assert sent.location.endswith("/facts")
    assert told in founder.get("/cooperatives/join/facts").text
    assert 'name="wijk"' not in founder.get("/cooperatives/join/where").text


@pytest.mark.parametrize("role", [Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR])
def test_roles_that_found_no_supplier_are_told_so(sign_in, role):
    browser = sign_in(role)
    assert browser.get("/cooperatives/join").status_code == 403
    assert answer(browser, "who").status_code == 403


def test_statutes_as_forty_photographed_pages_fit_and_more_is_told(founder, session):
    photo = PDF.replace(b"trailer", b"\xff\xd8\xff" * (8 * MEGA) + b"trailer")
    assert upload(founder, photo).status_code == 303
    assert upload(founder, photo).status_code == 303
    assert session.scalar(select(func.count()).select_from(CooperativePaper)) == 1
    too_much = upload(founder, photo + b"\x00" * (2 * MEGA))
    assert too_much.status_code == 413
    assert "te groot" in too_much.text
    assert founder.get("/cooperatives/join/papers").text.count("statuten.pdf") == 1, "what was there stays"
    for content, name in (
        (b"", "leeg.pdf"),
        (b"MZ", "x.pdf"),
        (PDF, "x.exe"),
        (b"%PDF-1.7 half", "half.pdf"),
    ):
        assert upload(founder, content, name).status_code == 422


def test_a_paper_is_locked_and_read_by_few(board, sign_in, session, client):
    assert upload(board, where="/cooperatives/papers").status_code == 303
    kept = session.scalars(select(CooperativePaper)).one()
    assert b"%PDF" not in session.scalar(select(CooperativePaper.content))
    address = f"/cooperatives/papers/{kept.public_id}"
    assert board.get(address).data == PDF
    assert sign_in(Role.BOARD).get(address).status_code == 404
    assert sign_in(Role.PROGRAMME).get(address).data == PDF
    assert "cooperative.paper_read" in session.scalars(select(AuditRecord.action)).all()
    assert sign_in(Role.BOARD).post(address + "/remove").status_code == 404
    assert "Er rust nu niets" in board.get(address + "/remove").text
    assert board.get(address).status_code == 200, "asked, not done"
    assert board.post(address + "/remove").status_code == 303
    assert board.get(address).status_code == 404


def test_what_a_paper_carries_is_told_before_it_may_go(board, sign_in, session):
    assert upload(board, where="/cooperatives/papers").status_code == 303
    kept = session.scalars(select(CooperativePaper)).one()
    profile = register_cooperative(
        session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
        description="Schoon.", sectors=["cleaning"], languages=["nl"], claims={"surplus": "members"},
    )  # fmt: skip
    judge_claim(
        session, cooperative=profile, code="surplus", grade=Grade.VERIFIED, proof=Proof("Artikel 7", kept.id),
        user_id=sign_in(Role.PROGRAMME).user.id, at=now(),
    )  # fmt: skip
    session.commit()
    address = f"/cooperatives/papers/{kept.public_id}/remove"
    shown = board.get(address).text
    assert "rust een oordeel over uw profiel" in shown
    assert "Ja, haal dit stuk weg" not in shown
    assert board.post(address).status_code == 422
    assert session.scalars(select(CooperativePaper)).one() is kept


def test_an_erased_account_takes_its_unfinished_registration_along(founder, session):
    answer(founder, "who")
    upload(founder)
    assert drafts(session) == 1
    erase_user(session, user=founder.user, by=None, at=now())
    assert drafts(session) == 0
    assert session.scalar(select(func.count()).select_from(CooperativePaper)) == 0
