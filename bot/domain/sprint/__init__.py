"""A sprint's rules: states, estimates, the critical path, the forecast, capacity, burndown."""
