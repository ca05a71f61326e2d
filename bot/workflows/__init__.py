"""Durable workflows on DBOS: the only place where the engine's decorators live."""
