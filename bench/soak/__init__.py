"""Hours of unattended talk with Sori on a virtual card, with faults: `python -m bench.soak`."""
