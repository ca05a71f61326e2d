"""The rules of sprints."""
