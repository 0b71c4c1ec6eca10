"""Measuring programs: each prints a table, or writes it into docs/performance."""
