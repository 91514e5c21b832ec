"""Trunks whose last stages are tuned, on kept maps of the stages before them."""
