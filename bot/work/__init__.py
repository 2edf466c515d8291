"""What falls due: one queue for all families, and the worker that sees to it."""
