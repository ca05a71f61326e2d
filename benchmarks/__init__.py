"""Measurements that print tables: not tests, and never part of the product."""
