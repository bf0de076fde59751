"""The second step at sign-in: one-time codes of an app, recovery codes."""
