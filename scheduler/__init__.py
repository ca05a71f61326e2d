"""Time in: the ticks that sweep due rows and fire schedules."""
