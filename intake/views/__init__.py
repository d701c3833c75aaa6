"""Pages, one module per user role."""
