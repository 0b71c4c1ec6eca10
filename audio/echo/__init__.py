"""Keeps Sori from hearing itself: what the speaker plays is taken out of what is heard."""
