"""A brain of the standard library alone, started like the real one; what its model holds says how it does.

`serves` answers ready at once, `never ready` listens and is never ready, `cannot load` says why and ends, `crashes`
ends without a word.
"""

from __future__ import annotations

import argparse
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CANNOT_LOAD = "The model does not fit this code."
EXPLAINED = 3


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-m", dest="module", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    behaviour = options.model.read_text()
    if behaviour == "cannot load":
        sys.stdout.write(f"Loading …\n{CANNOT_LOAD}\n")
        raise SystemExit(EXPLAINED)
    if behaviour == "crashes":
        raise SystemExit(1)
    _serve(options.port, options.model.name.removesuffix(".tar.gz"), ready=behaviour == "serves")


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
