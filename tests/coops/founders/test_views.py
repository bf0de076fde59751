import re

import pytest

from cwb.kernel.policy import Role


@pytest.fixture
def programme(sign_in):
    return sign_in(Role.PROGRAMME)


def test_two_founders_stop_it_and_one_takes_it_back(resident, client, page, sign_in):
    other = sign_in(Role.RESIDENT)
    for who in (resident, other):
        who.post(f"{page}/sign", data={"stands": "yes"})
    way = re.search(r'href="([^"]+/request/[^"]+)"', resident.get(page).text)[1]
    resident.post(way, data={"accept": "yes"})
    assert "Stel voor om te stoppen" in other.get(f"{page}/stop").text
    assert other.post(f"{page}/stop", data={"reason": "Zomaar"}).status_code == 303
    assert "Zomaar" not in client.get(page).text
    assert "Ja, stoppen" not in other.get(page).text
    assert "Ja, stoppen" in resident.get(page).text
    assert other.post(f"{page}/stop/confirm").status_code == 409
    assert resident.post(f"{page}/stop/confirm").status_code == 303
    assert "Zomaar" in client.get(page).text
    assert "Toch doorgaan" in other.get(page).text
    assert other.post(f"{page}/go-on").status_code == 303
    assert "Zomaar" not in client.get(page).text


def test_only_signed_founders_read_a_shared_contact_and_no_programme_that_does_not_coach(
    resident, programme, page, sign_in
):
    helper = sign_in(Role.RESIDENT)
    about = {"name": "Zon", "contact": "zon@voorbeeld.example", "skills": "cleaning", "consent": "y"}
    helper.post("/talent/change", data=about)
    assert "Ik wil meedoen" in helper.get(page).text
    helper.post(page.replace("/incubator/", "/talent/offer/"), data={"offers": "yes"})
    assert "U zei dat u mee wilt doen" in helper.get(page).text
    assert "Ik wil meedoen" not in helper.get(page).text, "once is enough"
    helper.post(page.replace("/incubator/", "/talent/share/"), data={"shared": "yes"})
    stranger = sign_in(Role.RESIDENT)
    stranger.post(f"{page}/sign", data={"stands": "yes"})
    for reader in (stranger, programme):
        assert "Zon" not in reader.get(page).text
    assert "zon@voorbeeld.example" not in resident.get(page).text, "who began it signs first"
    resident.post(f"{page}/sign", data={"stands": "yes"})
    assert "zon@voorbeeld.example" in resident.get(page).text


def test_stopping_says_why(resident, client, page):
    assert resident.post(f"{page}/stop", data={"reason": "Verhuisd"}).status_code == 303
    assert "Verhuisd" in client.get(page).text
    assert "Ik wil meedoen" not in resident.get(page).text


def test_who_leaves_is_asked_once_more_and_the_programme_answers_when_nobody_is_left(
    resident, page, sign_in, programme
):
    resident.post(f"{page}/sign", data={"stands": "yes"})
    assert f'href="{page}/leave"' in resident.get(page).text, "a link, not a button that does it"
    assert "U bent de laatste." in resident.get(f"{page}/leave").text
    resident.post(f"{page}/sign", data={"stands": "no"})
    third = sign_in(Role.RESIDENT)
    said = third.post(f"{page}/sign", data={"stands": "yes"}, follow_redirects=True).text
    assert "De groep geeft antwoord" not in said
    assert "het programma geeft antwoord" in third.get(page).text
    assert "Iemand wil mee oprichten" not in resident.get("/").text
    assert "geef antwoord" in programme.get(page).text
