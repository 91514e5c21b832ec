"""Pixels in, label probabilities out; owns ONNX Runtime."""
