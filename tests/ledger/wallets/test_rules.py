"""Codes that tell a typing error."""

from random import Random

import pytest

from ledger.wallets.errors import CodeUnknown
from ledger.wallets.rules import LENGTH, SIGNS, new_code, read_code, shown


def test_a_code_is_read_as_people_type_it():
    code = new_code(Random(1).randrange)
    for typed in (code, code.lower(), shown(code), f" {code[:3]} {code[3:]} "):
        assert read_code(typed) == code


def test_every_wrong_sign_and_every_swap_of_neighbours_is_found():
    for seed in range(5):
        code = new_code(Random(seed).randrange)
        wrong = {code[:place] + sign + code[place + 1 :] for place in range(LENGTH) for sign in SIGNS}
        wrong |= {
            code[:place] + code[place + 1] + code[place] + code[place + 2 :] for place in range(LENGTH - 2)
        }
        for each in wrong - {code}:
            with pytest.raises(CodeUnknown):
                read_code(each)


@pytest.mark.parametrize("text", ["", "ABC", "0" * 8, "A" * 9, "Ωμέγα東京1", "<b>&"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeUnknown):
        read_code(text)
