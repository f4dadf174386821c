"""The `omi` model: what it learns from, how, and what is written about it."""
