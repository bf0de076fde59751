"""`python -m cwb`."""

from cwb.entry import main

main()
