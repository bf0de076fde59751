import pytest

from cwb.kernel.identifiers import BsnFound, refuse_bsn, refuse_bsn_within


@pytest.mark.parametrize(
    "text",
    ["111222333", "mijn nummer is 111222333.", "111 222 333", "1112.22.333", "111-222-333", "BSN:123456782"],
)
def test_nine_digits_in_a_free_text_that_pass_the_eleven_test_are_refused_at_the_field(text):
    with pytest.raises(BsnFound) as refused:
        refuse_bsn(name="Zon", note=text)
    assert refused.value.field == "note"
    assert "111" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "111222334",
        "000000000",
        "0611122233",
        "+31612345678",
        "+31 111222333",
        "1112223330",
        "KvK 12345678",
        "",
    ],
)
def test_other_digits_in_a_free_text_are_not(text):
    refuse_bsn(note=text)


@pytest.mark.parametrize(
    "around", [lambda part: part, lambda part: {"answers": {"a": part}}, lambda part: {"pledges": [{}, part]}]
)
def test_a_nested_value_is_searched_in_its_own_words_only(around):
    with pytest.raises(BsnFound) as refused:
        refuse_bsn_within(around({"text": "111222333"}), ("text",))
    assert refused.value.field == "text"
    refuse_bsn_within(around({"reference": "111222333", "text": "111222334"}), ("text",))
