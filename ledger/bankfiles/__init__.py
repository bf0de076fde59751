"""Bank statements as files: camt.053 and MT940, read as a stream."""
