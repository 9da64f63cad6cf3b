"""Keras' layers as layers of a document: followed one by one with an input of a known size."""
