"""Rasa's own command line, with our logging rules and without the libraries that none of our components use.

`python -m bot.brain.rasa_cli data validate …`
"""

from __future__ import annotations

import os

from bot.brain import environment


def main() -> None:
    """Hand over to Rasa."""
    from bot.brain import lean  # noqa: PLC0415

    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.chdir(environment.ROOT)
    lean.install()

    from rasa.__main__ import main as rasa  # noqa: PLC0415 - after lean.install

    rasa()


if __name__ == "__main__":
    main()
