"""The words of the Open Contracting Data Standard 1.1.5: values, parties, extensions, references."""
