"""The figure as it was published: two people, one signed text, and versions that follow each other in the open."""
