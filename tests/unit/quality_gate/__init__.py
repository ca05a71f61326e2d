"""Tests of what a quality gate asks and how it judges."""
