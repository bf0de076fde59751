from cwb.kernel.policy import Role


def test_a_vat_id_that_others_do_not_see_is_hidden_and_not_called_missing(sign_in, session):
    own, other = sign_in(Role.BOARD), sign_in(Role.PROGRAMME)
    own.organisation.vat_id = "NL123456782B90"
    session.commit()
    address = f"/organisations/{own.organisation.public_id}"
    seen = other.get(address).text
    assert "NL123456782B90" not in seen
    assert "alleen voor de organisatie zelf" in seen
    assert "NL123456782B90" in own.get(address).text
    own.organisation.vat_id = None
    session.commit()
    for browser in (own, other):
        assert "alleen voor de organisatie zelf" not in browser.get(address).text
