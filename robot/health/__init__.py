"""Checks of every part of Sori and of this board, for `sori doctor`."""
