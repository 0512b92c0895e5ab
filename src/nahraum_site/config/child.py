"""What the supervisor starts: ``python -m nahraum_site.config.child prepare | web | worker``, tied to its parent."""

import click

from nahraum.cli.main import main
from nahraum_site.config.commands import prepare, web, worker


@click.group()
@click.pass_context
def children(context: click.Context) -> None:
    """Parts of ``nahraum serve``."""
    context.obj = "supervised"


for each in (prepare, web, worker):
    children.add_command(each)

if __name__ == "__main__":
    main(children)
