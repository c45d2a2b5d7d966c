"""The command line: ./askwell.

Each command imports what it needs when it runs: all of it together takes seconds, and `--help` needs none of it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from bot.cli import answers, handoffs, models, privacy
from bot.cli.terminal import console, errors, read_settings
from bot.errors import AskwellError

if TYPE_CHECKING:
    from bot.running.preparation import Preparation
    from bot.running.supervisor import Keeper
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which can hold a patient's words
    help="Askwell, a clinic's chat assistant.",
)
app.add_typer(answers.app, name="answers")
app.add_typer(models.app, name="models")
app.add_typer(handoffs.app, name="handoffs")
app.add_typer(privacy.app, name="privacy")


def main() -> None:
    """Run a command; an error that Askwell can explain is one line, not a traceback."""
    try:
        app(prog_name="./askwell")
    except AskwellError as error:
        errors.print(f"[red]askwell:[/] {escape(str(error))}", highlight=False)
        sys.exit(1)


@app.command()
def up() -> None:
    """Prepare what is missing, then start web and brain; Ctrl-C ends both."""
    from bot.running.supervisor import require_free_port

    settings = read_settings()
    require_free_port(settings.host, settings.port)
    asyncio.run(_up(settings))


async def _up(settings: Settings) -> None:
    from bot.running.doctor import address_of
    from bot.running.supervisor import Supervisor, announce_when_ready

    await _preparation().everything()
    ready = asyncio.create_task(announce_when_ready(address_of(settings), console))
    await Supervisor(_keepers(settings)).run(announce=ready)


def _keepers(settings: Settings) -> list[Keeper]:
    from bot.running.brain_keeper import BrainKeeper
    from bot.running.supervisor import ProgramKeeper, web_program

    web = ProgramKeeper(web_program(settings), console)
    return [web] if settings.brain_url else [web, BrainKeeper(settings, console)]


@app.command()
def prepare() -> None:
    """Do everything that `up` does before it starts the processes."""
    asyncio.run(_preparation().everything())


@app.command()
def train() -> None:
    """Train a model on the approved answers; it serves from the next start on."""
    asyncio.run(_preparation().new_model())


@app.command()
def ask(question: str) -> None:
    """Ask the running assistant one question."""
    from rich.markdown import Markdown

    if not question.strip():
        raise typer.BadParameter("type a question", param_hint="QUESTION")
    for reply in asyncio.run(_ask(question)):
        if reply["answer"]:
            console.print(f"[bold]{reply['answer']['title']}[/]")
        console.print(Markdown(str(reply["text"])))
        for choice in reply["choices"]:
            console.print(f"  [cyan]›[/] {choice['label']}")
        decision = {key: value for key, value in reply["decision"].items() if value}
        errors.print(json.dumps(decision), style="dim", soft_wrap=True)


async def _ask(question: str) -> list[dict[str, Any]]:
    from bot.replay import ChatClient
    from bot.running.doctor import address_of

    client = ChatClient(address_of(read_settings()))
    try:
        return await client.ask(question)
    finally:
        await client.close()


@app.command(name="replay")
def replay_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help='JSON lines {"id", "text"}')],
    out: Annotated[Path | None, typer.Option(help="Where the results go; standard output if not given.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Conversations at once.")] = 4,
) -> None:
    """Send each line as a new conversation through the running system."""
    from bot.replay import read_lines, replay, summary
    from bot.running.doctor import address_of

    address = address_of(read_settings())
    results = asyncio.run(replay(read_lines(file), address=address, concurrency=concurrency, console=errors))
    lines = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
    if out:
        out.write_text(lines, encoding="utf-8")
    else:
        sys.stdout.write(lines)
    errors.print(summary(results))


@app.command()
def evaluate(
    *,
    sets: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="A folder of labelled sets; the held-out questions if not given."
        ),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep this report to compare later ones with.")] = False,
    perturbed: Annotated[bool, typer.Option(help="Replay the perturbed copies too.")] = True,
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Where the report goes, if not to reports.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Conversations at once.")] = 4,
) -> None:
    """Measure what the running system understands, and write a report."""
    from bot.evaluation.command import HELD_OUT, REPORTS, evaluate

    evaluate(sets=sets or HELD_OUT, keep=keep, perturbed=perturbed, out=out or REPORTS, at_once=at_once)


@app.command()
def doctor() -> None:
    """Check environments, database, model, web and brain, and say what is wrong."""
    if not asyncio.run(_print_findings(read_settings())):
        raise typer.Exit(1)


async def _print_findings(settings: Settings) -> bool:
    from bot.running.doctor import examine

    well = True
    async for finding in examine(settings):
        mark = "[green]✓[/]" if finding.is_well else "[red]✗[/]"
        console.print(f"{mark} {finding.part}: {finding.says}", highlight=False)
        well = well and finding.is_well
    return well


def _preparation() -> Preparation:
    from bot.running.preparation import Preparation

    return Preparation(read_settings(), console)
