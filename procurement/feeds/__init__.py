"""Feeds: what is new, for readers of feeds, and when it is due, for calendars. Only what everyone may know."""
