"""`commentsvc scorer install`: Detoxify's models, converted to run without torch."""

from pathlib import Path

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.domain.ports import ScorerUnavailableError

DEFAULT_PLACE = Path("var/scorers")
_NAMES = ("detoxify-original", "detoxify-original-small", "detoxify-unbiased", "detoxify-unbiased-small", "detoxify-multilingual")
_DIGEST_LENGTH = 64
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_DIRECTORY = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("name", type=click.Choice(_NAMES))
@click.option("--sha256", required=True, help="The checkpoint's SHA-256, from a source that you trust: loading it runs what is inside.")
@click.option("--checkpoint", type=_FILE, help="A local checkpoint; without it the published one is fetched.")
@click.option("--model-files", type=_DIRECTORY, help="Configuration and tokenizer of its architecture; without it they are fetched.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_PLACE, show_default=True, help="Where scorers go.")
@click.option("--precision", type=click.Choice(["int8", "fp32"]), help="Without it int8, or fp32 where int8 changes the scores.")
def install(name: str, sha256: str, checkpoint: Path | None, model_files: Path | None, to: Path, precision: str | None) -> None:
    """Install a Detoxify model, converted for the engine `onnx` and compared with torch. Only installing needs torch."""
    from commentsvc.scoring.detoxify_install import Source
    from commentsvc.scoring.detoxify_install import install as run

    if len(sha256) != _DIGEST_LENGTH or set(sha256.lower()) - set("0123456789abcdef"):
        raise Misuse("--sha256 must be 64 hexadecimal digits, as sha256sum prints them")
    try:
        difference = run(name, to, Source(sha256, checkpoint, model_files), precision, lambda line: click.echo(line, err=True))
    except ScorerUnavailableError as error:
        raise Trouble(str(error)) from error
    except ModuleNotFoundError as error:
        raise Misuse(f"{error.name} is not installed. Installing needs: pip install torch==2.13.0 'commentsvc[train]'") from error
    click.echo(f'{to / name} is ready, at most {difference:.4f} from torch. Settings: scorer.engine = "onnx", scorer.path = "{to / name}"')


def echo_installed(place: Path) -> None:
    """A line or two for each scorer in `place`, with what is wrong where one cannot be read."""
    from commentsvc.scoring.scorer_files import DESCRIPTION, MODEL, read_description

    for directory in sorted(path.parent for path in place.glob(f"*/{DESCRIPTION}")):
        if directory.name.startswith("."):
            continue
        try:
            found = read_description(directory)
        except ScorerUnavailableError as error:
            click.echo(f"{directory}  {error}")
            continue
        click.echo(f"{found.name}  engine onnx  languages {', '.join(found.languages)}  preparation {found.preparation}  path {directory}")
        click.echo(f"  SHA-256 {found.digests.get(MODEL)}")
