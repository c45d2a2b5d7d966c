"""What `./askwell train` does once the content is loaded: freeze, train, judge, serve.

`train` itself would load this repository's own answers into the benchmark's database first.
"""

from __future__ import annotations

import asyncio

from bot.cli.terminal import console
from bot.running.preparation import Preparation
from bot.settings import load_settings


def main() -> None:
    """Train, and let the model serve if it passes the gate."""
    asyncio.run(Preparation(load_settings(), console).train())


if __name__ == "__main__":
    main()
