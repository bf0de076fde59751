"""The storey `coops` as the roof sees it."""

from cwb.kernel.feature import Feature

FEATURE = Feature(name="coops")
