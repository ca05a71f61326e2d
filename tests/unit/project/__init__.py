"""Tests of the project itself: house rules, generated files, manifest."""
