from collections.abc import Callable

import pytest

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from procurement.complaints import services
from procurement.complaints.gateway import term
from procurement.complaints.models import Complaint
from procurement.complaints.rules import About


@pytest.fixture
def complaint_about() -> Callable[..., Complaint]:
    """`complaint_about(panel)`: a new cooperative complains about the panel's tender."""

    def complain(panel, **more):
        world = panel.world
        board = world.person("Bestuur", world.organisation("Klager"), Role.BOARD)
        given = {
            "about": About.AWARD,
            "text": "De motivering past niet bij onze prijs.",
            "wish": "Leg dit uit.",
        }
        return services.complain(
            panel.session, tender=panel.tender, actor=board, at=panel.at, term=term(local_date(panel.at)), **{**given, **more}
        )  # fmt: skip

    return complain
