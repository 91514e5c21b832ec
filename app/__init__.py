"""Lumitag, the desktop program: labels every picture offline and finds it by what is in it."""

__version__ = "0.1.0"
