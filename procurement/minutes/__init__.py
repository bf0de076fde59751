"""Questions to bidders after the opening, with answer and decision, as papers for the file."""
