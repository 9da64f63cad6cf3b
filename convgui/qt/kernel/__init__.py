"""Weights as a grid that is edited by hand."""
