"""The selected photos: facts, labels, decisions."""
