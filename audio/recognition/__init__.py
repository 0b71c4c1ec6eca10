"""Recognition: one utterance in, one transcript out, on Whisper weights."""
