"""Scratch folders belong to whoever lives, however many come and go at once."""

import fcntl
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sepakat_lib import atomic


@pytest.fixture
def hurried():
    """Threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def test_scratch_of_the_living_stands_while_others_sweep(tmp_path, hurried):
    end = time.monotonic() + 3

    def write(_):
        stood = []
        while time.monotonic() < end:
            with atomic.scratch(tmp_path) as place:
                atomic.sweep(tmp_path)
                stood.append((place / atomic.ALIVE).exists())
        return stood

    with ThreadPoolExecutor(6) as pool:
        stood = [stands for part in pool.map(write, range(6)) for stands in part]
    assert len(stood) > 6 and all(stood)
    assert not list(tmp_path.iterdir())


def test_a_sweep_whose_lock_came_too_late_takes_nothing(tmp_path, monkeypatch):
    """It opened the lock of a dead process; before it locked, the living put their own."""
    place = tmp_path / f"{atomic.PREFIX}x"
    place.mkdir()
    (place / atomic.ALIVE).touch()
    flock, owned = fcntl.flock, []

    def late(descriptor, kind):
        if not owned:
            owned.append(None)
            os.unlink(place / atomic.ALIVE)
            owned[0] = atomic.hold(place / atomic.ALIVE)
        flock(descriptor, kind)

    monkeypatch.setattr(fcntl, "flock", late)
    atomic.sweep(tmp_path)
    assert (place / atomic.ALIVE).exists()
    os.close(owned[0])
    atomic.sweep(tmp_path)
    assert not place.exists()
