"""Trains the emotion models: see docs/emotion.md and models/emotion.md."""
