"""The anonymous list of people who go with the work (overnamelijst), in a tender and at the end of a contract."""
