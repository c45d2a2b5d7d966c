"""The command line's part on models: ./askwell models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.table import Table

from bot.cli.terminal import console, read_settings

if TYPE_CHECKING:
    from bot.training.models import ModelShelf, TrainedModel

app = typer.Typer(no_args_is_help=True, help="The trained models, and which of them serves.")


@app.command(name="list")
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


@app.command(name="show")
def show_model(name: str) -> None:
    """Show a model's card."""
    from rich.markdown import Markdown

    model = _shelf().find(name)
    console.print(Markdown(model.readable_card))


@app.command()
def activate(name: str) -> None:
    """Let a model serve; a running assistant swaps it in within seconds."""
    shelf = _shelf()
    shelf.activate(shelf.find(name))
    console.print(f"[green]✓[/] {name} is the active model", highlight=False)


@app.command()
def rollback() -> None:
    """Let the model that served before serve again."""
    model = _shelf().roll_back()
    console.print(f"[green]✓[/] {model.name} is the active model again", highlight=False)


def _shelf() -> ModelShelf:
    from bot.training.models import ModelShelf

    return ModelShelf(read_settings().models_dir)
