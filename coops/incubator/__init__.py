"""The incubator as people read it: initiatives with their ladder, commitments and helpers on one page."""
