"""The fund that fees and charges of local money go to: what it holds, and what is paid out of it."""
