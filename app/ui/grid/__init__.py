"""The grid of photos: virtual, for a million of them."""
