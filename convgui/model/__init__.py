"""The frozen data that every room above speaks about: samples, layers, documents, lessons."""
