"""Passkeys (WebAuthn): signing in, and the second step, by phone, computer or security key."""
