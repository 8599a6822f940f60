"""One OpenCV for all: packages that ask for another build by the name of its distribution are shown the headless one.

All builds install the same ``cv2``. Those for desktops need libGL, which servers lack: the lock file leaves them out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, DistributionFinder, PackageNotFoundError, distribution

HERE = "opencv-contrib-python-headless"
ASKED_FOR = frozenset(["opencv-contrib-python", "opencv-python", "opencv-python-headless"])


class _OneBuild(DistributionFinder):
    """Answers for the other builds with the one that is installed; finds no modules."""

    def find_spec(self, *_: object) -> None:
        """Nothing: ``cv2`` is found where it lies."""

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterator[Distribution]:
        """The headless build under the names of the others."""
        if context is not None and context.name in ASKED_FOR:
            try:
                yield distribution(HERE)
            except PackageNotFoundError:
                return  # then a build of the user's own choice stands under its own name


@contextmanager
def headless_opencv() -> Iterator[None]:
    """Within this block the installed OpenCV goes by every name; a real one of that name comes first."""
    finder = _OneBuild()
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
