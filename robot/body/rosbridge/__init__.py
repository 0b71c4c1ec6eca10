"""A robot behind a rosbridge server: JSON over WebSocket; `load` opens it."""
