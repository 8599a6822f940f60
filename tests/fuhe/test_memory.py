import os
import platform

import pytest

from fuhe.memory import give_memory_back
from fuhe.page_process import process_to_megabytes

BLOCKS, BLOCK = 2000, 60_000  # bytes: small enough to come from the heap, 114 MiB together


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="只有 GNU 的 C 库留着空闲内存不还")
def test_memory_below_a_piece_in_use_goes_back() -> None:
    blocks = [bytes(BLOCK) for _ in range(BLOCKS)]
    last = blocks.pop()  # it lies above the others
    full = process_to_megabytes(os.getpid())
    del blocks
    give_memory_back()
    assert full - process_to_megabytes(os.getpid()) > 50
    assert len(last) == BLOCK


def test_what_is_in_use_stays_however_often_the_rest_is_given_back() -> None:
    kept = [bytes([number]) * BLOCK for number in range(256)]
    give_memory_back()
    give_memory_back()
    assert all(block == bytes([number]) * BLOCK for number, block in enumerate(kept))
