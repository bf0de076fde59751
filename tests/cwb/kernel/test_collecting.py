"""The garbage collector waits while long work goes on, and not a moment longer."""

import gc
import weakref

import pytest

from cwb.kernel.collecting import drop_circles, without_collecting


def test_it_waits_and_goes_on_even_when_the_work_breaks_off():
    with pytest.raises(ZeroDivisionError), without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
        _ = 1 / 0
    assert gc.isenabled()


class _Circle:
    def __init__(self):
        self.own = self


def test_what_only_refers_to_itself_can_go_meanwhile():
    with without_collecting():
        left = weakref.ref(_Circle())
        assert left() is not None
        drop_circles()
        assert left() is None
