"""The last words of a demo that stays up: where to look and how to sign in."""

from pathlib import Path

from rich.table import Table

from qcportal.demo import carrier
from qcportal.demo.progress import console
from qcportal.demo.report import Result


def show(origin: str, result: Result, folder: Path) -> None:
    """Print the addresses, the logins and what was counted."""
    console.print()
    console.print(
        f"{result.captured} photos taken, {result.stored} at S3, {result.verified} verified; "
        f"{result.lost} lost, {result.duplicated} twice; {result.late} late and {result.missing} "
        f"missing on purpose. A merchant saw a photo after {result.p50} s (p50), "
        f"{result.p99} s (p99).",
        soft_wrap=True,
    )
    table = Table(title=f"Sign in at {origin}/sign-in", title_justify="left", box=None)
    for heading in ("As", "Name", "Mail", "Password"):
        table.add_column(heading)
    for role, name, email in carrier.logins():
        table.add_row(role, name, email, carrier.PASSWORD)
    console.print(table)
    console.print(f"Merchants: {origin}/returns   Carrier: {origin}/admin   API: {origin}/api")
    console.print(f"State: {folder} (a second start goes on from there, --fresh begins anew)")
    console.print("[bold]Ctrl-C stops everything.[/bold]")
