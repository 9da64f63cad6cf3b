"""Pictures of a document as files. Generators, so that they can be cancelled."""
