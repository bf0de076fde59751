"""The auditor's sample of a published figure: a seed written down first, lines that anybody draws again, findings."""
