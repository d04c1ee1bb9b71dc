"""How many processes serve is read from where servers read it; what is a program is not run."""

from pathlib import Path

import pytest

from poolschool.measure.inspect.workers import read_server


@pytest.mark.parametrize(
    ("files", "environment", "workers", "source"),
    [
        ({}, {}, 1, "nothing says how many processes"),
        ({}, {"WEB_CONCURRENCY": "4"}, 4, "WEB_CONCURRENCY=4"),
        ({}, {"UVICORN_WORKERS": "3"}, 3, "UVICORN_WORKERS=3"),
        ({}, {"WEB_CONCURRENCY": "many"}, 1, "nothing says how many processes"),
        ({}, {"WEB_CONCURRENCY": "4", "GUNICORN_CMD_ARGS": "--workers=8"}, 8, "GUNICORN_CMD_ARGS: --workers 8"),
        ({}, {"GUNICORN_CMD_ARGS": "-w2 -t 60"}, 2, "GUNICORN_CMD_ARGS: -w2"),
        ({"gunicorn.conf.py": "workers = 2 * 3 + 1\n"}, {"WEB_CONCURRENCY": "4"}, 7, "gunicorn.conf.py: workers = 7"),
        ({"Procfile": "web: uvicorn store:app --workers 5\nworker: celery -w 9\n"}, {}, 5, "Procfile: --workers 5"),
        ({"Procfile": "web: gunicorn store:app -w ${WEB_WORKERS:-6}\n"}, {}, 6, "Procfile: -w 6"),
        ({"Procfile": "web: gunicorn store:app -w $WEB_WORKERS\n"}, {"WEB_WORKERS": "2"}, 2, "Procfile: -w 2"),
        ({"Dockerfile": 'FROM python\nCMD ["fastapi", "run", "--workers", "4", "main.py"]\n'}, {}, 4, "Dockerfile: --workers 4"),
        ({"Dockerfile": "FROM python\nCMD uvicorn store:app \\\n  --workers 3\n"}, {}, 3, "Dockerfile: --workers 3"),
        ({"Procfile": "web: gunicorn -c conf/production.py store:app\n", "conf/production.py": "workers = 9\n"}, {}, 9, "production.py: workers = 9"),
        ({"gunicorn.conf.py": "workers = int('4')\n"}, {}, 1, "gunicorn.conf.py computes how many: give --workers"),
        ({"gunicorn.conf.py": "workers = \n"}, {}, 1, "nothing says how many processes"),
        ({"Procfile": 'web: uvicorn "store:app\n'}, {}, 1, "nothing says how many processes"),
    ],
)  # fmt: skip
def test_workers_are_read_where_the_servers_read_them(
    files: dict[str, str], environment: dict[str, str], workers: int, source: str, tmp_path: Path
) -> None:
    """Environment, configuration and the command that starts the server; the nearest to the start wins."""
    lay_out(tmp_path, files)
    server = read_server(tmp_path, environment)
    assert (server.workers, server.source) == (workers, source)


def lay_out(folder: Path, files: dict[str, str]) -> None:
    """Write files by their names."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_an_option_wins_and_hosts_multiply(tmp_path: Path) -> None:
    """--workers stands above every file, and hosts multiply the processes."""
    server = read_server(tmp_path, {"WEB_CONCURRENCY": "4"}, workers=2, hosts=3)
    assert (server.processes, server.source) == (6, "--workers 2")


@pytest.mark.parametrize(
    ("configuration", "arguments", "preload", "hook"),
    [
        ("preload_app = True\n", "", True, False),
        ("preload_app = True\ndef post_fork(server, worker):\n    pass\n", "", True, True),
        ("", "--preload", True, False),
        ("def post_fork(server, worker):\n    pass\n", "--preload", True, True),
        ("preload_app = False\n", "", False, False),
    ],
)
def test_preloading_and_its_hook_are_read(
    configuration: str, arguments: str, preload: bool, hook: bool, tmp_path: Path
) -> None:
    """Preloading by configuration or by flag, and whether a post_fork hook is there."""
    lay_out(tmp_path, {"gunicorn.conf.py": configuration})
    server = read_server(tmp_path, {"GUNICORN_CMD_ARGS": arguments})
    assert (server.preload, server.post_fork) == (preload, hook)


def test_a_configuration_is_read_and_not_run(tmp_path: Path) -> None:
    """What a configuration does beyond plain values happens when the server starts, not here."""
    lay_out(tmp_path, {"gunicorn.conf.py": "open('ran', 'w')\nworkers = int('4')\nraise SystemExit\n"})
    assert read_server(tmp_path, {}).workers == 1
    assert not (tmp_path / "ran").exists()


def test_a_limit_of_uvicorn_is_read(tmp_path: Path) -> None:
    """--limit-concurrency lets in so many requests."""
    lay_out(tmp_path, {"Procfile": "web: uvicorn store:app --limit-concurrency 50\n"})
    assert read_server(tmp_path, {}).concurrency == 50
