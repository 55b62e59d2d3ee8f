"""The command line `upominek`: a thin face on the package, for a person at a terminal."""


def main() -> None:
    """Run the command line."""
    from cli.commands import run

    run()
