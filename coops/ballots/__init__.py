"""Votes about local money: residents on what its fund pays for, those who use it on its rules. One person, one vote."""
