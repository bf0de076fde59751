"""The storey `coops` as the roof sees it."""

from coops.demo import demo
from coops.needs import queries as needs_queries
from coops.needs import views as needs
from coops.register import queries as register_queries
from coops.register import views as register
from cwb.kernel.feature import Feature, NavigationItem, Panel
from cwb.kernel.text import N_

FEATURE = Feature(
    name="coops",
    blueprints=(
        register.bp,
        needs.bp,
    ),
    navigation=(
        NavigationItem(N_("Inkoopkalender"), "needs.index"),
        NavigationItem(N_("Coöperaties"), "cooperatives.index"),
    ),
    demo=demo.story,
    tasks=(
        register_queries.tasks,
        needs_queries.tasks,
    ),
    panels=(
        Panel("coops/needs/panel.html", needs_queries.panel, order=30),
        Panel("coops/register/panel.html", register_queries.panel, order=60),
    ),
)
