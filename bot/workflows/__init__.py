"""Durable workflows on DBOS: the only place where the engine's decorators live."""

from bot.workflows.put_off import put_off

try:
    with put_off("psycopg", "errors"):
        import dbos as dbos  # here first, so that the driver is put off for every module
except ImportError:  # another version of it, which wants more of the driver at once
    import dbos as dbos
