"""Use cases, one file per noun; they take the unit of work, model, poster and clock as arguments."""
