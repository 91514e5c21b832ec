"""All trained packs on the same pictures: one table, and how they learned and answer."""

from trainer.compare.entries import Entry, find_entries
from trainer.compare.report import compare
from trainer.compare.together import Compared, Comparison, together

__all__ = ["Compared", "Comparison", "Entry", "compare", "find_entries", "together"]
