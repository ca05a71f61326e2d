"""Use cases, one file per noun; they take database, models, announcer and clock as arguments."""
