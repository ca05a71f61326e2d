"""Tests of the team as data and its loader."""
