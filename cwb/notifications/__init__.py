"""Mail through an outbox."""
