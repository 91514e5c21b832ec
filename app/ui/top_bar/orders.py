"""The orders that pictures can stand in, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

DEFAULT_ORDER = "-taken"
ORDERS = ("-taken", "taken", "name", "-added", "probability", "match")
"""Offered in this order, as ``sort:`` writes them; "probability" only where a label is searched,
and "match" only where words in pictures are."""


def order_name(order: str) -> str:
    """Return an order in words, "Newest first" for "-taken"; an unknown one as it is written."""
    names = {
        "-taken": QCoreApplication.translate("Orders", "Newest first"),
        "taken": QCoreApplication.translate("Orders", "Oldest first"),
        "name": QCoreApplication.translate("Orders", "Name"),
        "-name": QCoreApplication.translate("Orders", "Name, Z to A"),
        "-added": QCoreApplication.translate("Orders", "Recently added"),
        "added": QCoreApplication.translate("Orders", "First added"),
        "probability": QCoreApplication.translate("Orders", "Likeliest"),
        "-probability": QCoreApplication.translate("Orders", "Least likely"),
        "match": QCoreApplication.translate("Orders", "Best match of words"),
        "-match": QCoreApplication.translate("Orders", "Worst match of words"),
    }
    return names.get(order, order)
