from cwb.identity.rules import Side
from cwb.kernel.policy import Role

WORDS = {
    "about": "requirements",
    "text": "De eis van vijf referenties is <b>veel</b> te zwaar.",
    "wish": "Eén referentie.",
}


def test_from_a_complaint_to_its_end_in_a_browser(
    buying, sign_in_user, make_user, make_organisation, session, client
):
    tender = buying.published(at=buying.at)
    member = make_user((Role.MEMBER, make_organisation()))
    helper, stranger = (
        make_user((Role.ASSESSOR, buying.buyer)),
        make_user((Role.PURCHASER, make_organisation(Side.ANCHOR))),
    )
    session.commit()
    home = sign_in_user(member)
    assert "Klagen" in home.get(f"/tenders/{tender.number}").text
    form = f"/tenders/{tender.number}/complain"
    assert "stopt de klok niet" in home.get(form).text
    assert "Minstens 20 tekens" in home.post(form, data=WORDS | {"text": "kort"}).text
    sent = home.post(form, data=WORDS)
    assert sent.status_code == 303
    page = sent.headers["Location"]
    assert "&lt;b&gt;veel" in home.get(page).text
    assert sign_in_user(stranger).get(page).status_code == 403
    assert client.get(page).status_code == 303
    author, handler = sign_in_user(buying.author), sign_in_user(helper)
    assert "U werkte mee" in author.get(page).text
    assert "Beantwoord de klacht" in handler.get("/").text
    given = {
        "state": "upheld",
        "answer": "U hebt gelijk, dit past niet.",
        "measure": "De eis wordt één referentie.",
        "summary": "Eis verlaagd.",
    }
    assert author.post(f"{page}/answer", data=given).status_code == 403
    assert handler.post(f"{page}/answer", data=given).status_code == 303
    assert "Eis verlaagd." in client.get(f"/tenders/{tender.number}/complaints").text
    assert "Doe wat u beloofde" in handler.get("/").text
    assert handler.post(f"{page}/resolve").status_code == 303
    assert "Afgehandeld op" in home.get(page).text
    assert tender.number in home.get("/complaints").text
    assert "upheld" in handler.get("/complaints.csv").text
    assert tender.number not in sign_in_user(stranger).get("/complaints").text
