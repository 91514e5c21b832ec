"""Where in a picture each label was seen: the maps of a pack, and the graph that gives them."""

from trainer.evidence.maps import EvidenceMaps
from trainer.evidence.writing import EVIDENCE, write_evidence

__all__ = ["EVIDENCE", "EvidenceMaps", "write_evidence"]
