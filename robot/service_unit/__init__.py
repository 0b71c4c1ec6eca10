"""The systemd unit that keeps `sori serve` running."""
