"""Pixels in, label probabilities out.

This package owns the label packs and ONNX Runtime. It knows neither Qt nor the database, and not
how pictures are decoded: whoever wires the house together hands it a function that resizes.
"""
