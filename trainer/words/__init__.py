"""The words read in pictures, as vectors: the text encoder of packs that read."""
