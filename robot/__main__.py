"""`python -m robot`: what the launcher starts."""

import sys

from config.threads import share_cores

share_cores()  # before anything below imports numpy

from robot.command_line import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
