"""Tests of the readers of tools' reports."""
