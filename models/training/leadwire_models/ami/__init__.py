"""The `ami` network from its data to its card and its page."""
