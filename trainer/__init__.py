"""Makes label packs from labelled pictures."""
