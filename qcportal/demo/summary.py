"""The last words of a demo that stays up: where to look and how to sign in."""

from pathlib import Path

from qcportal.demo import carrier
from qcportal.demo.progress import console
from qcportal.demo.report import Result


def show(origin: str, result: Result, folder: Path) -> None:
    """Print the addresses, the logins and what was counted."""
    console.print()
    console.print(
        f"{result.captured} photos taken, {result.stored} at S3, {result.verified} verified; "
        f"{result.lost} lost, {result.duplicated} twice; {result.late} late and {result.missing} "
        "missing on purpose.",
        soft_wrap=True,
    )
    if result.p99:
        console.print(
            f"A merchant could see a photo {result.p50} s after its upload (p50), p99 "
            f"{result.p99} s.",
            soft_wrap=True,
        )
    console.print(f"\n[bold]Sign in at {origin}/sign-in[/bold] (password: {carrier.PASSWORD})")
    for role, name, email in carrier.logins():
        console.print(f"  {role:24} {email:28} {name}", soft_wrap=True)
    console.print(
        f"\nMerchants: {origin}/returns   Carrier: {origin}/admin   API: {origin}/api",
        soft_wrap=True,
    )
    console.print(
        f"State: {folder} (a second start goes on from there, --fresh begins anew)", soft_wrap=True
    )
    console.print("[bold]Ctrl-C stops everything.[/bold]")
