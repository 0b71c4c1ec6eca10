"""How well the safety filter does: `python -m bench.safety`."""
