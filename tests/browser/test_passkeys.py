"""Passkeys in a real browser, with its own virtual device; on `localhost`, where they work without TLS."""

import pytest

from tests.browser.walking import leave

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def browse(chromium, live):
    """A browser on `localhost`, under the site's own Content-Security-Policy; gives its page and its device."""
    contexts = []

    def start(*, script=True):
        context = chromium.new_context(
            base_url=live.replace("127.0.0.1", "localhost"), locale="nl-NL", java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {**DEVICE, "automaticPresenceSimulation": True}
        id_ = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        return page, device, id_

    yield start
    for context in contexts:
        context.close()


def become(page, who):
    page.goto("/")
    leave(page, page.get_by_role("button", name=who, exact=True))


def test_somebody_makes_a_passkey_signs_in_with_it_and_removes_it(browse):
    page, device, key = browse()
    become(page, "Coöperatie groen")
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto("/account")
    leave(page, page.get_by_role("link", name="Maak een passkey"))
    page.fill("[name=name]", "Telefoon van de test")
    page.get_by_role("button", name="Maak een passkey").click()
    page.get_by_role("heading", name="Mijn account").wait_for()
    assert page.get_by_role("link", name="Telefoon van de test", exact=True).is_visible()
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    # The same device is not offered twice: the browser refuses, the page says so, nothing is lost.
    leave(page, page.get_by_role("link", name="Maak een passkey"))
    page.get_by_role("button", name="Maak een passkey").click()
    page.get_by_text("Het lukte niet").wait_for()

    leave(page, page.get_by_role("button", name="Uitloggen"))
    page.goto("/login?next=/account")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.get_by_role("heading", name="Mijn account").wait_for()

    # Who cannot unlock the device is not let in, and is told.
    leave(page, page.get_by_role("button", name="Uitloggen"))
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/login")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.get_by_text("Het lukte niet").wait_for()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.get_by_role("button", name="Uitloggen").wait_for()

    page.goto("/account")
    leave(page, page.get_by_role("link", name="Verwijder Telefoon van de test"))
    leave(page, page.get_by_role("button", name="Verwijder"))
    page.get_by_text("De passkey werkt niet meer").wait_for()
    leave(page, page.get_by_role("button", name="Uitloggen"))
    page.goto("/login")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.get_by_role("alert").wait_for()  # the device still has it; the site does not
    leave(page, page.get_by_role("link", name="Log op een andere manier in"))
    assert page.get_by_label("Wachtwoord").is_visible()
    assert not [each for each in faults if "Content Security Policy" in each], faults


def test_without_javascript_the_other_ways_remain(browse):
    page, _device, _key = browse(script=False)
    page.goto("/login")
    assert page.get_by_label("Wachtwoord").is_visible()
    assert page.get_by_role("link", name="Mail mij een code").is_visible()
    assert not page.get_by_role("button", name="Inloggen met een passkey").is_visible()
    page.goto("/login/passkey")
    assert page.get_by_text("werkt alleen met JavaScript").is_visible()
    assert page.get_by_role("link", name="Log op een andere manier in").is_visible()
