"""JSON Schemas of what people write, generated from the models."""

from __future__ import annotations

import json
from pathlib import Path

from stages.core import files
from stages.core.models import ExampleMeta
from stages.core.models import Task

MODELS: dict[str, type[Task] | type[ExampleMeta]] = {'task': Task, 'example': ExampleMeta}


def render(name: str) -> str:
    """The schema of `task.yaml` or `example.yaml` as JSON text."""
    schema = {'$schema': 'https://json-schema.org/draft/2020-12/schema', **MODELS[name].model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + '\n'


def write(folder: Path) -> list[Path]:
    """Write all schemas; their paths."""
    paths = [folder / f'{name}.schema.json' for name in MODELS]
    for path, name in zip(paths, MODELS, strict=True):
        files.write_text(path, render(name))
    return paths
