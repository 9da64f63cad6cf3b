"""Paths to samples, weights and documents, and back. The only room that knows file formats."""
