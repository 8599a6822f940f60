"""fuhe 复核: reads 绩效自评表 and 绩效目标表 and lists what an auditor should ask about.

``fuhe.read(paths)`` gives forms, ``fuhe.audit(forms)`` gives findings; both are sequences with ``.to_frame()``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fuhe.version import VERSION as __version__

if TYPE_CHECKING:
    from domain.form import Form
    from fuhe.api import Findings, Forms

__all__ = ["__version__", "audit", "read"]


def read(
    paths: str | Path | Iterable[str | Path], *, engine: str = "openvino", model_dir: str | Path | None = None
) -> Forms:
    """The forms of files, folders and zip archives. Inputs not read are warned of and listed in ``unread``.

    ``engine`` and ``model_dir`` are those of the command ``fuhe extract``.
    """
    from fuhe.api import read_forms
    from ocr.engines.choice import EngineChoice, EngineName

    choice = EngineChoice(name=EngineName(engine), model_dir=Path(model_dir) if model_dir else None)

    given = [paths] if isinstance(paths, str | Path) else paths
    return read_forms([Path(path) for path in given], engine=choice)


def audit(forms: Iterable[Form]) -> Findings:
    """The 疑点 of all these forms together, best first."""
    from fuhe.api import audit_forms

    return audit_forms(tuple(forms))
