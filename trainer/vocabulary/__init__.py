"""The words of the photos pack: a table reviewed by hand (``photos.csv``) and its reader."""
