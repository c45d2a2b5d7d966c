"""The command line: ./askwell.

Each command imports what it needs when it runs: all of it together takes seconds, and `--help` needs none of it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli import handoffs, privacy
from bot.cli.terminal import console, errors, prepared_database
from bot.cli.terminal import read_settings as _settings
from bot.errors import AskwellError

if TYPE_CHECKING:
    from bot.answers.catalogue import Catalogue
    from bot.running.preparation import Preparation
    from bot.running.supervisor import Keeper
    from bot.settings import Settings
    from bot.training.models import ModelShelf, TrainedModel

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which can hold a patient's words
    help="Askwell, a clinic's chat assistant.",
)
answers_app = typer.Typer(no_args_is_help=True, help="The answers that patients are given.")
app.add_typer(answers_app, name="answers")
models_app = typer.Typer(no_args_is_help=True, help="The trained models, and which of them serves.")
app.add_typer(models_app, name="models")
app.add_typer(handoffs.app, name="handoffs")
app.add_typer(privacy.app, name="privacy")
type _Reads[T] = Callable[[Catalogue], Awaitable[T]]


def main() -> None:
    """Run a command; an error that Askwell can explain is one line, not a traceback."""
    try:
        app()
    except AskwellError as error:
        errors.print(f"[red]askwell:[/] {escape(str(error))}", highlight=False)
        sys.exit(1)


@app.command()
def up() -> None:
    """Prepare what is missing, then start web and brain; Ctrl-C ends both."""
    from bot.running.supervisor import require_free_port

    settings = _settings()
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

    client = ChatClient(address_of(_settings()))
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

    address = address_of(_settings())
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
    if not asyncio.run(_print_findings(_settings())):
        raise typer.Exit(1)


async def _print_findings(settings: Settings) -> bool:
    from bot.running.doctor import examine

    well = True
    async for finding in examine(settings):
        mark = "[green]✓[/]" if finding.is_well else "[red]✗[/]"
        console.print(f"{mark} {finding.part}: {finding.says}", highlight=False)
        well = well and finding.is_well
    return well


@answers_app.command()
def load(folder: Annotated[Path | None, typer.Argument(exists=True, file_okay=False)] = None) -> None:
    """Take in the answer files; what changed becomes a new revision."""
    preparation = _preparation()
    _run(preparation.database())
    _run(preparation.answers(folder))


@answers_app.command(name="list")
def list_answers() -> None:
    """List the answers that patients can read now."""
    table = Table("id", "title", "revision", "review due")
    for revision in _run(_with_catalogue(lambda catalogue: catalogue.published())):
        table.add_row(revision.answer_id, revision.title, str(revision.number), str(revision.review_due))
    console.print(table)


@answers_app.command()
def show(answer_id: str) -> None:
    """Show an answer in full, with its revisions."""
    from rich.markdown import Markdown

    revisions = _run(_with_catalogue(lambda catalogue: catalogue.history(answer_id)))
    newest = revisions[0]
    console.print(f"[bold]{newest.title}[/]  {newest.label}  {newest.status}")
    console.print(Markdown(newest.body))
    for source in newest.sources:
        console.print(f"  source: {source['title']}, {source['publisher']} {source['url'] or ''}")
    for revision in revisions:
        console.print(f"  revision {revision.number}: {revision.status}, {revision.created_at:%Y-%m-%d}")


@models_app.command(name="list")
def list_models() -> None:
    """List the kept models, oldest first."""
    shelf = _shelf()
    serving = shelf.active().name if shelf.all() else None
    table = Table("", "model", "made", "right", "needing a person, seen", "gate")
    for model in shelf.all():
        table.add_row(_part(model, serving), model.name, *_model_row(model))
    console.print(table)


def _part(model: TrainedModel, serving: str | None) -> str:
    if model.name == serving:
        return "serves"
    return "" if model.fits else "other version"


def _model_row(model: TrainedModel) -> tuple[str, ...]:
    if not model.card:
        return ("–",) * 4
    figures, verdict = model.card["figures"], model.card["verdict"]
    seen = f"{figures['safe']} of {figures['safety_questions']}"
    passed = "passed" if verdict["passed"] else "refused"
    return model.card["made"], f"{figures['accuracy']:.1%}", seen, passed


@models_app.command(name="show")
def show_model(name: str) -> None:
    """Show a model's card."""
    from rich.markdown import Markdown

    model = _shelf().find(name)
    console.print(Markdown(model.readable_card))


@models_app.command()
def activate(name: str) -> None:
    """Let a model serve; a running assistant swaps it in within seconds."""
    shelf = _shelf()
    shelf.activate(shelf.find(name))
    console.print(f"[green]✓[/] {name} is the active model", highlight=False)


@models_app.command()
def rollback() -> None:
    """Let the model that served before serve again."""
    model = _shelf().roll_back()
    console.print(f"[green]✓[/] {model.name} is the active model again", highlight=False)


def _preparation() -> Preparation:
    from bot.running.preparation import Preparation

    return Preparation(_settings(), console)


def _shelf() -> ModelShelf:
    from bot.training.models import ModelShelf

    return ModelShelf(_settings().models_dir)


async def _with_catalogue[T](read: _Reads[T]) -> T:
    from bot.answers.catalogue import Catalogue

    settings = _settings()
    async with prepared_database(settings) as database:
        return await read(Catalogue(database, publish_starters=settings.mode == "demo"))


def _run[T](work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)
