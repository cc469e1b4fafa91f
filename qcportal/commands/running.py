"""What every command does around its work: settings, scope, and a sentence when it fails."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from qcportal import create_app, errors, tenancy
from qcportal.config import ConfigError
from qcportal.db import db


def told(command: Callable[..., None]) -> Callable[..., None]:
    """End with a sentence instead of a traceback when what went wrong is not a bug of ours."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except ConfigError as error:
            end(f"{error}\n`qcportal config` lists every setting.")
        except errors.PortalError as error:
            faults = [f"{fault.path.lstrip('/')}: {fault.message}" for fault in error.faults]
            end("\n".join(faults) or error.detail)
        except SQLAlchemyError as error:
            reason = in_a_line(error)
            end(f"The database does not do it: {reason}\nIs it there? Did `qcportal migrate` run?")

    return run


@contextmanager
def portal(reason: str) -> Iterator[None]:
    """Start the portal and work as the operator; see `opened`."""
    with opened(create_app(), reason):
        yield


@contextmanager
def opened(app: Flask, reason: str) -> Iterator[None]:
    """Work as the operator, who may see everything; connections are closed at the end."""
    with app.app_context(), tenancy.system(reason):
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def end(text: str) -> NoReturn:
    """End with status 1, and why on standard error."""
    click.echo(text, err=True)
    sys.exit(1)


def in_a_line(error: Exception) -> str:
    """Give why something failed, without the statement that did."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
