"""Searches for better parameters of a recipe, on pictures outside its test."""

from trainer.tuning.search import Search, Tuned, tune

__all__ = ["Search", "Tuned", "tune"]
