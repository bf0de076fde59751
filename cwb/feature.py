"""The ground as the roof sees it."""

from cwb.home import views as home
from cwb.kernel.feature import Feature

FEATURE = Feature(
    name="cwb",
    blueprints=(home.bp,),
)
