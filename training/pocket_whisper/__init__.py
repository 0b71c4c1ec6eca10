"""Training of pocket-whisper, the small speech recogniser."""
