"""The project folder: ``nahraum.toml`` and the tables it names; runs the chain, same input - same bytes."""

from nahraum.projects.file import ProjectFile, read_project
from nahraum.projects.run import Inputs, read_inputs, run_project

__all__ = ["Inputs", "ProjectFile", "read_inputs", "read_project", "run_project"]
