"""What reading one page may take before it is set aside: defaults, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.thresholds import why


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and mebibytes that the process that reads pages may take for one of them."""

    page_seconds: int = field(
        default=180,
        metadata=why("一页通常一到三秒，一亿像素的图半分钟，机器繁忙时慢数倍；超过此数视为卡住，换进程重试"),
    )
    page_megabytes: int = field(
        default=4096, metadata=why("识读进程通常占 0.7 GB 以内，一亿像素的图约 1.4 GB；超过此数即停，以免拖垮整台机器")
    )


USUAL_LIMITS = Limits()
