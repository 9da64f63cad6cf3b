"""Documents and their files: opened, saved, kept, and asked about before anything is lost."""
