"""An order stands in the register of examinations once it was taken, not before."""

from procurement.examinations import queries
from procurement.examinations.rules import Kind


def test_an_order_is_in_the_register_from_its_acceptance(single):
    def kinds():
        return [each.kind for each in queries.register(single.session, single.world.anna)]

    made = single.order()
    assert Kind.CALL_OFF not in kinds()
    single.answer(made, "Glans")
    assert kinds().count(Kind.CALL_OFF) == 1
