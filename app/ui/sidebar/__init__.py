"""Library, folders and labels with their counts."""
