"""The search field and what stands beside it."""
