"""Which cluster reads, and where it finds what it reads: told by the command line, the environment or fuhe.toml."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

ADDRESS_VARIABLE = "FUHE_CLUSTER"
SHARE_VARIABLE = "FUHE_SHARE"
SECTION = "cluster"
NAMES = ("address", "share")
SCHEMES = ("tcp://", "tls://")
_NOT_INSTALLED = "没有安装多机识读的组件。请执行 pip install 'fuhe[cluster]'（make setup 已含），再执行同一命令。"
_NO_SHARE = (
    "用集群识读须指明各台机器都能读写的共享位置：请加 --share（如 /srv/fuhe-share 或 s3://桶/文件夹），"
    f"或设 {SHARE_VARIABLE}，或写在 fuhe.toml 的 [{SECTION}] 中。"
)
_NO_ADDRESS = "集群地址“{address}”应以 tcp:// 或 tls:// 开头，如 tcp://10.0.0.5:8786。请核对 --cluster。"
_NOT_SHARED = "共享位置 memory:// 只在一个进程里有效，别的机器看不到。请用共享文件夹或 s3:// 等网址。"


class ClusterTrouble(Exception):
    """The cluster cannot read, or reads no longer. The message is Chinese and says whose fault it is and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlan:
    """The scheduler's address, and the folder or fsspec URL that all machines share; "" where nothing is said."""

    address: str
    share: str


NO_CLUSTER = ClusterPlan(address="", share="")


def choose_plan(told: ClusterPlan, settings: ClusterPlan) -> ClusterPlan | None:
    """What was ``told`` over what the settings say; None for this machine. Raises ClusterTrouble."""
    address, share = told.address or settings.address, told.share or settings.share
    if not address:
        return None
    if not address.startswith(SCHEMES):
        raise ClusterTrouble(_NO_ADDRESS.format(address=address))
    if not share:
        raise ClusterTrouble(_NO_SHARE)
    if share.startswith("memory:"):
        raise ClusterTrouble(_NOT_SHARED)
    if find_spec("distributed") is None:
        raise ClusterTrouble(_NOT_INSTALLED)
    return ClusterPlan(address=address, share=share)


def environment_plan() -> ClusterPlan:
    """What the environment says."""
    return ClusterPlan(address=os.environ.get(ADDRESS_VARIABLE, ""), share=os.environ.get(SHARE_VARIABLE, ""))


def section_to_plan(section: Mapping[str, str]) -> ClusterPlan:
    """What a section of fuhe.toml says that has no faults."""
    return ClusterPlan(address=section.get("address", ""), share=section.get("share", ""))


def section_faults(section: object) -> Iterator[str]:
    """What is wrong with that section, in Chinese."""
    if not isinstance(section, dict) or section.keys() - set(NAMES):
        yield f"[{SECTION}] 下只能有 {'、'.join(NAMES)}"
        return
    for name, value in section.items():
        if not isinstance(value, str):
            yield f"[{SECTION}] {name} 应是加引号的地址"
