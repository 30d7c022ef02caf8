"""Sections of `params.yaml` as checked values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from typing import TypeVar

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import NonNegativeInt
from pydantic import PositiveInt
from pydantic import ValidationError

from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.files import load_yaml
from stages.core.models import problems_of

Share = Annotated[float, Field(gt=0, le=1)]


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class Limits(Params):
    """What one run in the sandbox may use. CPU time and memory are of all its processes together."""

    wall_seconds: PositiveInt = 120
    cpu_seconds: PositiveInt = 40
    memory_mib: PositiveInt = 1024
    processes: PositiveInt = 128
    tmp_mib: PositiveInt = 192
    output_mib: PositiveInt = 64
    result_mib: PositiveInt = 16


class VerifyLimits(Params):
    """Section ``verify``, whose limits hold wherever tests are run. ``workers`` 0: one more than cores."""

    workers: NonNegativeInt = 0
    limits: Limits = Limits()


Section = TypeVar('Section', bound=Params)


def load(path: Path, name: str, model: type[Section]) -> Section:
    """One section of a params file.

    Raises:
        ProblemsFound: the file or section is missing or wrong.
    """
    try:
        sections = load_yaml(path.read_text(encoding='utf-8'))
        return model.model_validate((sections or {}).get(name, {}))
    except ValidationError as error:
        problems = problems_of(error, path.as_posix())
        raise ProblemsFound(Problem(p.path, f'{name}.{p.field}', p.message) for p in problems) from error
    except (OSError, ValueError) as error:
        raise ProblemsFound([Problem(path.as_posix(), '', f'{error}; mend the file')]) from error
