"""All commands in their groups, in the contract's order."""

from collections.abc import Callable
from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup

from core.commandline import (
    applications,
    bulk,
    installations,
    instances,
    inventory,
    lifecycle,
    notifications,
    packages,
    portals,
    upkeep,
)
from core.commandline.catalogue import catalogue
from core.commandline.demo import compact, demo
from core.commandline.diagnosis import diagnose
from core.commandline.failures import failures
from core.commandline.matrix import matrix
from core.commandline.parsing import Command
from core.commandline.provision import provision
from core.commandline.trends import trends


@cache
def command() -> TyperGroup:
    """The whole command line."""
    program = _group(
        "Provision portals and keep them in sight. Commands that change something need --as EMAIL."
    )
    _add(program, "catalogue", catalogue)
    _add_group(
        program, "applications", "Licences.", list=applications.list_applications, add=applications.add
    )
    _add_group(
        program,
        "instances",
        "Instances of the platform.",
        list=instances.list_instances,
        change=instances.change,
        add=instances.add,
    )
    _add(program, "provision", provision)
    group = _add_group(
        program,
        "portals",
        "Portals and their runs.",
        list=portals.list_portals,
        show=portals.show_portal,
        rename=portals.rename,
        restart=lifecycle.restart,
        cancel=lifecycle.cancel,
        delete=lifecycle.delete,
        reset=lifecycle.reset,
        export=inventory.export,
        reconcile=inventory.reconcile,
    )
    _add_group(
        group,
        "bulk",
        "Acts on many portals at once.",
        restart=bulk.restart,
        retry=bulk.retry,
        rename=bulk.rename,
        list=bulk.list_bulk,
        show=bulk.show_bulk,
        cancel=bulk.cancel,
    )
    for parent in (group, program):
        _add_group(
            parent,
            "domains",
            "Custom domains of a portal.",
            list=portals.list_domains,
            add=portals.add_domain,
            verify=portals.verify_domain,
            remove=portals.remove_domain,
        )
    _add_group(program, "packages", "Solutions in files.", check=packages.check, plan=packages.plan)
    _add_group(
        program,
        "installations",
        "Solutions in instances.",
        list=installations.list_installations,
        install=installations.install,
        retry=installations.retry,
        give_up=installations.give_up,
        uninstall=installations.uninstall,
    )
    _add_group(
        program,
        "notifications",
        "What you want to be told, and where.",
        list=notifications.list_notifications,
        add=notifications.add,
        remove=notifications.remove,
        test=notifications.try_out,
    )
    _add(program, "diagnose", diagnose)
    _add(program, "failures", failures)
    _add(program, "trends", trends)
    _add(program, "matrix", matrix)
    _add(program, "demo", demo)
    _add(program, "worker", upkeep.worker)
    _add(program, "migrate", upkeep.migrate)
    _add(program, "compact", compact)
    _add(program, "doctor", upkeep.doctor)
    found = typer.main.get_command(program)
    assert isinstance(found, TyperGroup)  # noqa: S101 - a program of several commands is a group
    return found


def _group(text: str) -> typer.Typer:
    return typer.Typer(help=text, no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


def _add(parent: typer.Typer, name: str, function: Callable[..., Any]) -> None:
    parent.command(name, cls=Command)(function)


def _add_group(parent: typer.Typer, name: str, text: str, **functions: Callable[..., Any]) -> typer.Typer:
    group = _group(text)
    for command_name, function in functions.items():
        _add(group, command_name.replace("_", "-"), function)
    parent.add_typer(group, name=name)
    return group
