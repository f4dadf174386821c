"""The workshop: how the networks under models/ are trained, measured and written down."""
