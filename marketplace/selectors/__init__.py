"""Reads for the worker site: plain records, nothing changed."""
