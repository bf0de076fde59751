"""Words that people write for others."""

import pytest

from cwb.kernel.words import LEAST, ReasonTooShort, TextTooShort, words


def test_a_reason_is_more_than_a_word():
    assert words(" Drie gevraagd ", "reason") == "Drie gevraagd"
    with pytest.raises(TextTooShort) as fault:
        words("   nvt          ", "reason")
    assert (fault.value.field, fault.value.facts) == ("reason", {"least": LEAST})
    with pytest.raises(ReasonTooShort):
        words("x" * 19, "note", least=20, short=ReasonTooShort)
