"""Tests of the local workspace, driven by the real SDK."""
