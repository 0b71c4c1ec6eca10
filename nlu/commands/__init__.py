"""Spoken commands: a grammar a language, written as data in `config/commands/`."""
