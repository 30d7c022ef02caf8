"""The registry of adapters, the only importer of them: implementation name → adapter."""

from __future__ import annotations

from stages.core.language import Language
from stages.languages import c
from stages.languages import cpp
from stages.languages import csharp
from stages.languages import django
from stages.languages import express
from stages.languages import fastapi
from stages.languages import flask
from stages.languages import gin
from stages.languages import go
from stages.languages import java
from stages.languages import javascript
from stages.languages import nestjs
from stages.languages import php
from stages.languages import python
from stages.languages import react
from stages.languages import ruby
from stages.languages import rust
from stages.languages import typescript

LANGUAGES: dict[str, Language] = {
    'c': c,
    'cpp': cpp,
    'csharp': csharp,
    'django': django,
    'express': express,
    'fastapi': fastapi,
    'flask': flask,
    'gin': gin,
    'go': go,
    'java': java,
    'javascript': javascript,
    'nestjs': nestjs,
    'php': php,
    'python': python,
    'react': react,
    'ruby': ruby,
    'rust': rust,
    'typescript': typescript,
}
