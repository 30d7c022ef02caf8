"""An HTTP API in which owners store files and read them back."""

import os
from collections.abc import Mapping

from flask import Flask, Response, jsonify
from werkzeug.exceptions import InternalServerError, NotFound

from owners import Owners
from problems import ProblemError
from routes import file_routes, health_routes
from settings import read_settings
from vault import Vault


def create_app(environment: Mapping[str, str]) -> Flask:
    """Make an application as an environment configures it.

    ``app.extensions["vault"].close()`` closes its database.

    Raises:
        ValueError: a variable has a value of wrong form.
    """
    settings = read_settings(environment)
    app = Flask(__name__)
    app.extensions["owners"] = Owners(settings.keys)
    app.extensions["vault"] = Vault(settings)
    app.register_error_handler(ProblemError, _answer_problem)
    app.register_error_handler(404, _answer_unknown_path)
    app.register_error_handler(500, _answer_crash)
    app.register_blueprint(health_routes)
    app.register_blueprint(file_routes)
    return app


def _answer_problem(problem: ProblemError) -> Response:
    response = jsonify(problem.document())
    response.status_code = problem.status
    response.mimetype = "application/problem+json"
    response.headers.update(problem.headers)
    return response


def _answer_unknown_path(_error: NotFound) -> Response:
    return _answer_problem(ProblemError("not_found"))


def _answer_crash(_error: InternalServerError) -> Response:
    return _answer_problem(ProblemError("internal_error"))


app = create_app(os.environ)
