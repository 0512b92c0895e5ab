"""A WMS that the tests start: it remembers what it was asked, and can behave badly."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def png(colour: tuple[int, int, int] = (200, 220, 190), size: int = 256) -> bytes:
    """Return a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * size) * size
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class MapService(ThreadingHTTPServer):
    """Plays a WMS; ``manner``: how it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.manner = "good"
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.away = ""  # where a redirect points

    @property
    def address(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/wms"


class _Answer(BaseHTTPRequestHandler):
    server: MapService

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers.items())))
        answer = getattr(self, f"_{self.server.manner}")
        with suppress(BrokenPipeError, ConnectionResetError):  # the other side had enough, as it should
            answer()

    def log_message(self, *_said: object) -> None:
        """Keep quiet."""

    def _send(self, body: bytes, kind: str = "image/png", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "who=visitor")
        self.end_headers()
        self.wfile.write(body)

    def _good(self) -> None:
        self._send(png())

    def _jpeg(self) -> None:
        self._send(b"\xff\xd8\xff\xe0" + b"\0" * 100, "image/jpeg")

    def _slow(self) -> None:
        time.sleep(3)
        self._send(png())

    def _dripping(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        for _n in range(40):
            self.wfile.write(b"\x89")
            self.wfile.flush()
            time.sleep(0.1)

    def _redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.server.away)
        self.end_headers()

    def _html(self) -> None:
        self._send(b"<html><script>alert(1)</script>", "text/html")

    def _disguised(self) -> None:
        self._send(b"<html><script>alert(1)</script>", "image/png")

    def _drawing(self) -> None:
        self._send(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml")

    def _huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(png())
        for _n in range(2000):
            self.wfile.write(b"\0" * 65_536)  # 130 MB, if anybody reads them

    def _broken(self) -> None:
        self._send(b"<ServiceException/>", "application/vnd.ogc.se_xml", 500)


@contextmanager
def map_service() -> Iterator[MapService]:
    """Run a WMS of our own."""
    server = MapService()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
