"""Values of options that typer itself lets through: addresses that lead nowhere."""

from urllib.parse import urlsplit

import typer


def given_text(value: str | None) -> str | None:
    """Return the text of an option; raise BadParameter for an empty one, which a script gives by mistake."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty. Give a value, or leave the option out.")
    return value


def http_address(value: str) -> str:
    """Return the address of a site, "" for none; raise BadParameter for what no browser opens as a site."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    sound = value.isprintable() and not any(sign in value for sign in " \"'<>\\`{}|^")
    if parts.scheme not in ("http", "https") or not host or not sound or parts.query or parts.fragment:
        raise typer.BadParameter(
            f"{value!r} is not the address of a site. Write it like https://you.example/pool-school."
        )
    return value
