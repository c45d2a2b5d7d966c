import subprocess
import sys

SCRIPT = """
import logging, sys
from bot.brain import lean, quiet
quiet.quieten(); lean.install()
import rasa.core.processor as processor, rasa.shared.utils.io as io, warnings
for name in ("rasa.core.processor", "sanic.error", "sanic.root", "some.library", "apscheduler"):
    logging.getLogger(name).error("patient said %s", "CANARY")
    logging.getLogger(name).warning("CANARY")
    try:
        raise ValueError("CANARY")
    except ValueError:
        logging.getLogger(name).exception("CANARY")
processor.structlogger.debug("processor.message.parse", text="CANARY")
processor.structlogger.warning("CANARY")
processor.structlogger.error("CANARY")
io.raise_warning("CANARY")
warnings.warn("CANARY")
logging.getLogger("bot.brain.channel").error("our own words")
"""


def test_no_logger_of_rasa_writes_a_patients_words() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=240)
    assert "CANARY" not in done.stdout + done.stderr
    assert "ValueError" in done.stderr
    assert "our own words" in done.stderr
