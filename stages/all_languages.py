"""The registry of adapters, the only importer of them: implementation name → adapter."""

from __future__ import annotations

from stages.core.language import Language
from stages.languages import express
from stages.languages import fastapi
from stages.languages import go
from stages.languages import javascript
from stages.languages import python

LANGUAGES: dict[str, Language] = {
    'express': express,
    'fastapi': fastapi,
    'go': go,
    'javascript': javascript,
    'python': python,
}
