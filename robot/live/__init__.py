"""The live conversation: devices, the ear that never stops, turns in a thread of their own."""
