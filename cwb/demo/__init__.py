"""The demo: a year in the life of an example area, lived through the services."""
