"""Labelled requests and the scorer that says how well routing matches them."""
