"""`python -m robot`: what the launcher starts."""

import sys

from robot.command_line import main

if __name__ == "__main__":
    sys.exit(main())
