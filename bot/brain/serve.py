"""Serve one trained model on the loopback interface, to web alone.

`python -m bot.brain.serve --model models/<name>.tar.gz --port 8055`; exit codes: 0 stopped, 3 cannot serve
and the last line says why.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.brain import environment, files
from bot.brain.errors import UntrustedModelError
from bot.brain.misfit import explained
from bot.brain.train import hash_file
from bot.errors import EXPLAINED, AskwellError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from rasa.core.agent import Agent
    from rasa.core.utils import AvailableEndpoints
    from sanic import Sanic

HOST = "127.0.0.1"
MAX_BODY = 1 << 17
"""Bytes at which Sanic gives up on a request; the channel stops reading at half of it."""
KEEP_ALIVE_S = 75
GRACE_S = 3.0
"""Seconds that a turn in progress gets to end when the brain is stopped."""
WARM_UP = "What are exosomes?"
DEFAULT_ACTIONS_URL = "http://127.0.0.1:8000/internal/actions/webhook"


def verify(model: Path) -> None:
    """Make sure that the archive is the one that training wrote down.

    Raises:
        UntrustedModelError: It is missing, has no hash beside it, or another one.
    """
    if not model.is_file():
        raise UntrustedModelError(model, "there is no such file")
    if not hash_file(model).is_file():
        raise UntrustedModelError(model, f"{hash_file(model).name} is missing")
    written = hash_file(model).read_text(encoding="utf-8").split()
    if written[:1] != [files.sha256(model)]:
        raise UntrustedModelError(model, "it is not the file that training wrote down")


def make_app(model: Path) -> Sanic:
    """A server with our channel and nothing else, not even Rasa's greeting at /."""
    from rasa.core.channels.channel import register  # noqa: PLC0415 - after lean.install
    from rasa.core.run import close_resources, create_http_input_channels  # noqa: PLC0415
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415
    from sanic import Sanic  # noqa: PLC0415

    endpoints = AvailableEndpoints.read_endpoints(str(environment.ROOT / "endpoints.yml"))
    app = Sanic("askwell_brain", configure_logging=False)
    app.config.update(
        FALLBACK_ERROR_FORMAT="json",
        KEEP_ALIVE_TIMEOUT=KEEP_ALIVE_S,
        REQUEST_MAX_SIZE=MAX_BODY,
        GRACEFUL_SHUTDOWN_TIMEOUT=GRACE_S,
    )
    register(create_http_input_channels(None, str(environment.ROOT / "credentials.yml")), app, route="/webhooks/")

    async def load(running: Sanic, loop: AbstractEventLoop) -> None:
        await _load(running, loop, model, endpoints)

    app.register_listener(load, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    app.register_listener(close_resources, "after_server_stop")
    return app


async def _load(app: Sanic, loop: AbstractEventLoop, model: Path, endpoints: AvailableEndpoints) -> None:
    from rasa.core.run import load_agent_on_start  # noqa: PLC0415

    from bot.brain import action_result, graph_runner, shortcuts  # noqa: PLC0415
    from bot.brain.action_endpoint import ActionEndpoint  # noqa: PLC0415

    action_result.install()
    # endpoints.yml cannot name the action endpoint's class, so it is put in place here.
    endpoints.action = ActionEndpoint.like(endpoints.action)
    agent = await load_agent_on_start(str(model), endpoints, None, app, loop)
    app.ctx.action_endpoint = endpoints.action
    if not agent.is_ready():
        _load_again(agent, model)
    graph_runner.install(agent)
    shortcuts.install(agent)
    await _warm_up(agent, model)
    _spare_the_garbage_collector()
    app.ctx.is_warm = True
    _say(f"The brain is ready with {agent.model_name}.")


def _load_again(agent: Agent, model: Path) -> None:
    """Hear the error that Rasa kept to itself the first time."""
    try:
        agent.load_model(str(model))
    except Exception as error:
        raise explained(error, model) from error


async def _warm_up(agent: Agent, model: Path) -> None:
    """The first message takes long, whatever it says: ready means that it is behind us."""
    try:
        await agent.parse_message(WARM_UP)
    except Exception as error:
        raise explained(error, model) from error


def _spare_the_garbage_collector() -> None:
    """What is loaded by now stays: looking through it all takes 0.2 s, in the middle of some patient's turn."""
    gc.collect()
    gc.freeze()


async def _close(app: Sanic, _: AbstractEventLoop) -> None:
    if hasattr(app.ctx, "action_endpoint"):
        await app.ctx.action_endpoint.close()


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    options = _arguments(arguments)
    try:
        verify(options.model)
        environment.brain_secret()
        return _serve(options.model, options.port)
    except AskwellError as error:
        _say(str(error))
        return EXPLAINED


def _serve(model: Path, port: int) -> int:
    _set_up()
    _say(f"Loading {model.name} …")
    app = make_app(model)
    app.run(host=HOST, port=port, workers=1, access_log=False, motd=False)
    return 0 if getattr(app.ctx, "is_warm", False) else 1


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.brain.serve", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the archive that bot.brain.train wrote")
    parser.add_argument("--port", type=int, default=None, help="on 127.0.0.1 (ASKWELL_BRAIN_PORT)")
    options = parser.parse_args(arguments)
    options.model = options.model.resolve()
    options.port = options.port or environment.brain_port()
    return options


def _set_up() -> None:
    from bot.brain import lean, quiet  # noqa: PLC0415

    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("ASKWELL_ACTIONS_URL", DEFAULT_ACTIONS_URL)
    # A message is one short row: more threads for its products cost more in waiting than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.chdir(environment.ROOT)
    quiet.quieten()
    lean.install()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
