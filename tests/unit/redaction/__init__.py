"""Redaction: what is found, what is left alone, and that no text can make it slow or wrong."""
