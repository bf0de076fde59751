"""Running an installation: serving, migrating, backing up and restoring."""
