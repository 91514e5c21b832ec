"""Keeps the library in step with the disk: scan, watch, decode, label, store."""
