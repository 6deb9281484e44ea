"""A Tornado request as python-engineio's applications know it: a WSGI environ."""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler


def environ_of(handler: RequestHandler, remote_ip: str, scheme: str) -> dict[str, Any]:
    """Return the environ that a connect handler gets. REMOTE_ADDR is the client's address."""
    request = handler.request
    host, _, port = request.host.rpartition(":")
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.async": True,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.url_scheme": scheme,
        "SERVER_SOFTWARE": "Tornado",
        "SERVER_NAME": host or request.host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": request.version,
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "RAW_URI": request.uri,
        "PATH_INFO": request.path,
        "SCRIPT_NAME": "",
        "REMOTE_ADDR": remote_ip,
        "tornado.handler": handler,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ
