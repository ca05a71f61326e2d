"""Tests of subcommands that need no whole bot."""
