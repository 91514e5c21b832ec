"""One open library and all that serves it, wired together; no Qt. Both faces stand on it."""

from app.engine.engine import Engine
from app.engine.evidence import EvidenceError, EvidenceMaps, Sighting, Spot
from app.engine.folders import FolderState
from app.engine.tried import TriedLabel, TriedPicture, Unreadable

__all__ = [
    "Engine",
    "EvidenceError",
    "EvidenceMaps",
    "FolderState",
    "Sighting",
    "Spot",
    "TriedLabel",
    "TriedPicture",
    "Unreadable",
]
