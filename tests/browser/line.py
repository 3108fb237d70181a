"""A proxy between browser and server whose connection can be cut, as on a train."""

import contextlib
import socket
import threading


class Line:
    """Carries every byte to and from a port of this machine, until it is cut."""

    def __init__(self, port):
        self._target = port
        self._open = []
        self._whole = True
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self):
        """Ends all connections, and every new one at once."""
        self._whole = False
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def mend(self):
        """Carries again."""
        self._whole = True

    def close(self):
        """Takes the line away."""
        self.cut()
        self._door.close()

    def _listen(self):
        with contextlib.suppress(OSError):  # the door was closed
            while True:
                near, _ = self._door.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=ends, daemon=True).start()


def _carry(one, other):
    with one, contextlib.suppress(OSError):  # cut
        while some := one.recv(65536):
            other.sendall(some)
        other.shutdown(socket.SHUT_RDWR)
