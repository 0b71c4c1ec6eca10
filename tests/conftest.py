"""The tests share the cores as the robot does."""

from config.threads import share_cores

share_cores()
