"""What is put right in the lines, openly: by a reversal, and a new row where something stands in its place."""
