"""Evaluation: how well and how fast Sori hears a folder of clips whose words are known."""
