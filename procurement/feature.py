"""The storey `procurement` as the roof sees it."""

from cwb.kernel.feature import Feature
from procurement import demo
from procurement.scoring import commands as scoring

FEATURE = Feature(
    name="procurement",
    commands=(scoring.score,),
    demo=demo.story,
)
