import pytest

from coops.register.forms import claim_text


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("legal_form", "cooperative", "Coöperatie"),
        ("legal_form", "Leden stemmen, artikel 7", "Leden stemmen, artikel 7"),
        ("last_meeting", "2025-09-01", "maandag 1 september 2025"),
        ("votes_workers", "80", "80 %"),
        ("open_entry", "yes", "Ja"),
    ],
)
def test_a_claim_is_shown_in_words(app, code, value, said):
    with app.test_request_context():
        assert claim_text(code, value) == said
