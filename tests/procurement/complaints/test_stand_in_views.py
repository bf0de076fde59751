from cwb.identity.rules import Side
from cwb.kernel.policy import Role

WORDS = {
    "about": "requirements",
    "text": "De eis van vijf referenties is te zwaar.",
    "wish": "Eén referentie.",
}


def test_the_programme_answers_and_publishes_in_a_browser(
    buying, sign_in_user, make_user, make_organisation, session, client
):
    tender = buying.published(at=buying.at)
    member = make_user((Role.MEMBER, make_organisation()))
    helper = make_user((Role.PROGRAMME, make_organisation(Side.PROGRAMME)), name="Voorbeeld Programma")
    session.commit()
    home, author, asked = sign_in_user(member), sign_in_user(buying.author), sign_in_user(helper)
    page = home.post(f"/tenders/{tender.number}/complain", data=WORDS).headers["Location"]
    assert asked.get(page).status_code == 403
    assert "Bij u werkte iedereen mee" in author.get(page).text
    assert "Voorbeeld Programma" in author.get(f"{page}/stand-in").text
    assert "Kies één" in author.post(f"{page}/stand-in", data={}).text
    assert author.post(f"{page}/stand-in", data={"person": helper.id}).status_code == 303
    assert "Beantwoord de klacht" in asked.get("/").text
    assert "Voorbeeld Programma" not in home.get(page).text, "the complainant reads no name of who is asked"
    given = {"state": "rejected", "answer": "Dit past bij de waarde van het werk."}
    assert asked.post(f"{page}/answer", data=given).status_code == 303
    assert "Iemand van het programma" in home.get(page).text
    assert author.get(f"{page}/publish").status_code == 403
    assert asked.get(f"{page}/publish").status_code == 200
    assert asked.post(f"{page}/publish", data={"summary": "De eis bleef staan."}).status_code == 303
    public = client.get(f"/tenders/{tender.number}/complaints").text
    assert "De eis bleef staan." in public
    assert "Iemand van het programma gaf antwoord" in public
    assert "Dit is gedaan" not in asked.get(page).text
    assert tender.number in asked.get("/complaints").text
    late = author.post(f"{page}/stand-in", data={"person": helper.id})
    assert late.status_code != 303
