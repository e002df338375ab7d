"""Ctrl-C while a process starts waits for its turn, and is not lost."""

import os
import signal
import threading

import pytest

from handgrad.exercises.sandbox import interrupts


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_it_comes_when_the_block_is_done():
    done, before = [], signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interrupts.held():
        press()
        done.append(1)
    assert done and signal.getsignal(signal.SIGINT) is before


def test_an_error_in_the_block_goes_first():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(OSError), interrupts.held():
        press()
        raise OSError
    assert signal.getsignal(signal.SIGINT) is before


def test_where_it_is_ignored_it_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts.held():
            press()
        interrupts.ignore()
        press()
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_leaves_it_alone():
    seen = []

    def work():
        with interrupts.held():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
