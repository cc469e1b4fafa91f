"""Times as people type them behind an option: 90s, 15m, 1h, or a bare number of seconds."""

import click

UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds_of(_context: object, _option: object, text: str | None) -> float | None:
    """Read a time; 0 is one."""
    if text is None:
        return None
    number, unit = (text[:-1], text[-1:]) if text[-1:] in UNITS else (text, "s")
    if not (number.isascii() and number.isdecimal()):
        raise click.BadParameter("give a time such as 90s, 15m or 1h")
    return int(number) * UNITS[unit]


def period_of(context: object, option: object, text: str | None) -> float | None:
    """Read a time with its unit, longer than nothing."""
    seconds = seconds_of(context, option, text)
    if text is not None and (not seconds or text[-1:] not in UNITS):
        raise click.BadParameter("give a time such as 90s, 15m or 1h")
    return seconds
