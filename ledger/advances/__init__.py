"""What somebody paid ahead on an invoice or agreement, assigned to who paid it; what comes in repays it first."""
