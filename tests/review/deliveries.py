"""Files sent as a browser sends them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from django.test import Client

from review.models import Delivery, Project


def told(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def manifest(files: Mapping[str, bytes], *, hashed: bool = True) -> list[dict[str, Any]]:
    return [
        {"path": path, "size": len(content), **({"sha256": told(content)} if hashed else {})}
        for path, content in files.items()
    ]


def post(client: Client, project: Project, body: object) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"/p/{project.pk}/deliveries/new", text, content_type="application/json")


def put(client: Client, project: Project, delivery: int, item: int, content: bytes) -> Any:
    url = f"/p/{project.pk}/deliveries/{delivery}/items/{item}"
    return client.put(url, content, content_type="application/octet-stream")


def send(client: Client, project: Project, files: Mapping[str, bytes], *, hashed: bool = True) -> Delivery:
    """Announced, and everything lacking sent."""
    records = manifest(files, hashed=hashed)
    answer = post(client, project, {"files": records}).json()
    for lacking in answer["lacking"]:
        content = files[records[lacking["index"]]["path"]]
        assert put(client, project, answer["delivery"], lacking["item"], content).status_code == 200
    return Delivery.objects.get(pk=answer["delivery"])


def archive(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()
