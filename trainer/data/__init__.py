"""Labelled pictures: readers, checks, and the split."""

from trainer.data.gather import Columns, Helper, gather_columns
from trainer.data.labelled import Labelled
from trainer.data.split import Part

__all__ = ["Columns", "Helper", "Labelled", "Part", "gather_columns"]
