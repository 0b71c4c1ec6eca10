"""The filter that every word passes, what people say and what Sori is about to say."""
