"""What `python -m bot.cli` runs."""

from bot.cli.app import main

main()
