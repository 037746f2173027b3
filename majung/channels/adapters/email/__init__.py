"""Mails: how they are read."""
