"""The report for the board of the alliance: one published figure on two pages, with what is not known."""
