"""Ask what was started whether it is ready; every check answers what is missing, or nothing."""

import http.client
import socket
from collections.abc import Callable
from pathlib import Path

Check = Callable[[], str]
TIMEOUT_S = 3.0


def web(port: int, path: str) -> str:
    """Whether http://127.0.0.1:port/path is 200; not through a proxy somebody configured."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return f"does not answer on port {port} ({type(error).__name__})"
    finally:
        connection.close()
    return "" if answer.status == 200 else f"GET {path} answers {answer.status}: {body}"


def redis(path: Path) -> str:
    """Whether a server answers PING on the socket, and is not still reading its files."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_S)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            answer = connection.recv(100).decode(errors="replace").strip()
        except OSError as error:
            return f"does not answer on {path} ({error.strerror or type(error).__name__})"
    return "" if answer == "+PONG" else answer or "closed the connection"
