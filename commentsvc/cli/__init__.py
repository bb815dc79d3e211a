"""The command line. One module for each noun; nothing but click is loaded before a command is known."""

from pathlib import Path

import click

import commentsvc
from commentsvc.cli.groups import LazyGroup, Place
from commentsvc.cli.installation import Installation

_HERE = "commentsvc.cli"


@click.group(
    cls=LazyGroup,
    places={
        "demo": Place(f"{_HERE}.demo:demo", "Start a demo site with a month of comments."),
        "serve": Place(f"{_HERE}.serve:serve", "Serve the API, the consoles and the widget."),
        "worker": Place(f"{_HERE}.worker:worker", "Do background work in a process of its own."),
        "doctor": Place(f"{_HERE}.doctor:doctor", "Look for whatever could be wrong."),
        "site": Place(f"{_HERE}.site:site", "Make and list sites."),
        "account": Place(f"{_HERE}.account:account", "Make, change and close accounts."),
        "policy": Place(f"{_HERE}.policy:policy", "Show, make, try and activate policies."),
        "import": Place(f"{_HERE}.import_formats:import_group", "Take in comments from elsewhere."),
        "export": Place(f"{_HERE}.exporting:export_group", "Write a site's comments out, for other systems or another installation."),
        "suggestions": Place(f"{_HERE}.suggestions:suggestions", "See what moderators elsewhere decided (Perspective API)."),
        "coral": Place(f"{_HERE}.coral:coral", "See what Coral's moderators made of what was routed here."),
        "statements": Place(f"{_HERE}.statements:statements", "Statements of reasons and the transparency report (DSA)."),
        "score": Place(f"{_HERE}.score:score", "Score texts."),
        "rescore": Place(f"{_HERE}.rescore:rescore", "Score stored comments anew, and see which routes would change."),
        "scorer": Place(f"{_HERE}.scorer:scorer", "Train, export, list and measure scorers."),
        "queue": Place(f"{_HERE}.queue:queue", "See what waits."),
        "audit": Place(f"{_HERE}.audit:audit", "Check the audit chains."),
        "db": Place(f"{_HERE}.db:db", "Bring the database to this release's schema."),
        "config": Place(f"{_HERE}.config:config", "Check the settings."),
        "backup": Place(f"{_HERE}.backup:backup", "Copy the database while it is in use (SQLite)."),
        "restore": Place(f"{_HERE}.backup:restore", "Put a copy in the database's place (SQLite)."),
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="The settings file; the environment wins over it.")
@click.version_option(commentsvc.__version__, prog_name="commentsvc")
@click.pass_context
def main(ctx: click.Context, config_file: Path | None) -> None:
    """Keep threaded comments for news sites, score each in your own house, and put what is doubtful before a moderator.

    Begin with `commentsvc demo`. Statuses: 0 done, 1 something went wrong, 2 the command line or a setting does not fit.
    """
    ctx.obj = Installation((config_file,) if config_file else ())
