"""The browser of the tests sees what it is for."""

from tests.reading import faults


def test_a_page_whose_parts_cannot_be_told_apart_is_told():
    assert faults('<p id="a"></p><p id="b"></p><form><input type="hidden" name="x" value=""></form>') == []
    assert faults('<p id="a"></p><p class="c" id="a"></p>') == ["id a 2 times"]
    twice = '<form><input type="hidden" name="lot"><input name="lot" type="hidden" value="2"></form>'
    assert faults(f'{twice}<form><input type="hidden" name="lot"></form>') == ["hidden lot 2 times"]
    assert faults('<button aria-label="Geef <bdi dir="ltr">€ 2</bdi> terug">x</button>') != []
