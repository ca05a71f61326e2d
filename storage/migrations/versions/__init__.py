"""One file per step of the schema; names start with the revision, which counts up."""
