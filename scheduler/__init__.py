"""Time in: the ticks that sweep due rows; they never build posts."""
