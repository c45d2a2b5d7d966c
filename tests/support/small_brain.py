"""A brain of the standard library alone, started like the real one; what its model holds says how it does.

`serves` answers ready at once, `never ready` listens and is never ready.
"""

from __future__ import annotations

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

READY = {"serves": True, "never ready": False}


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-m", dest="module", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    _serve(options.port, options.model.name.removesuffix(".tar.gz"), ready=READY[options.model.read_text()])


def _serve(port: int, model: str, *, ready: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if ready else 503)
            self.end_headers()
            self.wfile.write(json.dumps({"model": model}).encode())

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
