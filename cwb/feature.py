"""The ground as the roof sees it."""

from cwb.home import views as home
from cwb.kernel.feature import Feature
from cwb.places import views as places

FEATURE = Feature(
    name="cwb",
    blueprints=(
        home.bp,
        places.bp,
    ),
)
