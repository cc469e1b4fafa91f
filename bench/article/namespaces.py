"""Hosts of their own inside this machine: network namespaces, each with one TUN device.

They have no names: a namespace lives as long as its file descriptors, so nothing is left behind
however a run ends. Needs root, CONFIG_NET_NS, CONFIG_TUN and the command `ip`.
"""

import contextlib
import ctypes
import fcntl
import os
import struct
import subprocess
import threading
from collections.abc import Callable
from typing import TypeVar

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
DEVICE, MTU = "link0", 1400
Made = TypeVar("Made")

_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """One host with an address in 10.77.0.0/16; `tun` is where its packets come and go."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.tun, self._place = in_thread(lambda: _create(address))

    def enter(self) -> None:
        """Move the calling thread, and threads that it starts, into this host for good."""
        _checked(_libc.setns(self._place, CLONE_NEWNET))

    def make(self, thing: Callable[[], Made]) -> Made:
        """Make something inside, such as a socket, which belongs to this host for good."""

        def inside() -> Made:
            self.enter()
            return thing()

        return in_thread(inside)

    def close(self) -> None:
        """Let the host go; it ends with the last socket in it."""
        for each in (self.tun, self._place):
            with contextlib.suppress(OSError):
                os.close(each)


def possible() -> bool:
    """Tell whether this machine lets us have namespaces with TUN devices."""
    try:
        Namespace("10.77.255.1").close()
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def in_thread(work: Callable[[], Made]) -> Made:
    """Do work in a thread of its own, whose namespace is nobody else's; raises what it raises."""
    results: list[Made] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _create(address: str) -> tuple[int, int]:
    """Leave the calling thread's network for a new one; gives its TUN device and itself."""
    _checked(_libc.unshare(CLONE_NEWNET))
    place = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
    try:
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        os.close(place)
        raise
    wanted = struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI)
    fcntl.ioctl(tun, TUNSETIFF, wanted)
    _ip("addr", "add", f"{address}/16", "dev", DEVICE)
    _ip("link", "set", "lo", "up")
    _ip("link", "set", DEVICE, "up", "mtu", str(MTU), "txqueuelen", "1000")
    return tun, place


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _checked(status: int) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
