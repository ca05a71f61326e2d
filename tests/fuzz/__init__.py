"""Payloads that Slack would never send: none may break the bot or stay without an answer."""
