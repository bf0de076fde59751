"""The garbage collector waits while long work goes on, and not a moment longer."""

import gc

import pytest

from cwb.kernel.collecting import without_collecting


def test_it_waits_and_goes_on_even_when_the_work_breaks_off():
    with pytest.raises(ZeroDivisionError), without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
        _ = 1 / 0
    assert gc.isenabled()
