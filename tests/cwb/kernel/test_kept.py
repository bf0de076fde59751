"""What is kept."""

from cwb.kernel.kept import Kept


def test_a_value_is_made_once_and_the_oldest_goes_first():
    kept, made = Kept(2), []

    def make(name):
        return lambda: made.append(name) or name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, make(name)) == name
    assert made == ["a", "b", "c", "b"]
