"""Meaning: text in, text and wishes out. Knows no sound; imports only `config`."""
