"""The whole file of a tender as one archive, for keeping and for the Woo: papers, record, letters, acts, hashes."""
