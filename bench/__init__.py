"""Programs that measure; each prints ratios taken side by side in one run."""

from config.threads import share_cores

share_cores()
