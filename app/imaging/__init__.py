"""A file in; pixels, thumbnail and metadata out."""
