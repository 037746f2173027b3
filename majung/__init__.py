"""Majung (마중): customer service that goes out to meet the guest."""

__version__ = "0.1.0"
