"""Labelled pictures: readers, checks, and the split."""
