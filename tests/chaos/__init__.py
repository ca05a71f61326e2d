"""Faults on purpose: real processes, sockets and databases, and books that must balance after."""
