"""Run the sandbox: `python -m sandbox`."""

import logging
import signal
import sys
import threading
from queue import SimpleQueue

from sandbox.app import application
from sandbox.claim import claim
from sandbox.controls.beginning import seeded
from sandbox.front import Front
from sandbox.mail.mailman import Mailman
from sandbox.server import Server
from sandbox.settings import from_environment
from sandbox.world import new_world


def main() -> int:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    settings = from_environment(sys.argv[1:])
    try:
        claim(settings.data_dir)
        world = new_world(settings)
        seeded(world)
        server, mailman = Server(settings.host, settings.port), Mailman(world)
    except OSError as problem:
        sys.stderr.write(f"The sandbox cannot start: {problem}\n")
        return 1
    world.smtp_port = mailman.port
    world.origin = f"http://{settings.reachable}:{server.port}"
    server.answer = Front(world, application(world)).answer
    told: SimpleQueue[int] = SimpleQueue()  # whose locks a signal cannot find held, as an Event's
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _: told.put(number))
    mailman.start()
    world.agenda.start()
    world.post.resume()
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
    ).start()
    sys.stdout.write(
        f"Sandbox ready: {world.origin}/_sandbox/ · SMTP {settings.host}:{mailman.port}\n"
    )
    sys.stdout.flush()
    told.get()
    server.shutdown()
    mailman.stop()
    world.agenda.stop()
    world.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
