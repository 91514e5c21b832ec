"""One open library and all that serves it, wired together; no Qt. Both faces stand on it."""

from app.engine.engine import Engine
from app.engine.evidence import EvidenceError, EvidenceMaps
from app.engine.folders import FolderState
from app.engine.sighting import Sighting, Spot
from app.engine.told import Told, ToldLine
from app.engine.tried import TriedLabel, TriedPicture, Unreadable, wants_words

__all__ = [
    "Engine",
    "EvidenceError",
    "EvidenceMaps",
    "FolderState",
    "Sighting",
    "Spot",
    "Told",
    "ToldLine",
    "TriedLabel",
    "TriedPicture",
    "Unreadable",
    "wants_words",
]
