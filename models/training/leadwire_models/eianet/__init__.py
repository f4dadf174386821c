"""The `eianet` model: a network that looks at the picture of an ECG."""
