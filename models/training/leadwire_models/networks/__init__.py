"""One file a network; what they share is in training.py and export.py."""
