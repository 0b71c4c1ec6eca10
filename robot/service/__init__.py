"""The headless service: a web page and an API over the live conversation (docs/service-api.md)."""
