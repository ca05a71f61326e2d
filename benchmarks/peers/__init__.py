"""Other frameworks on the same job; each file runs in a venv of its own."""
