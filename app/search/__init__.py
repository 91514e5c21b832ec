"""A question in, photo ids and counts out."""
