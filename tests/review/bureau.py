"""A bureau's own system, as it speaks to the API."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from review.models import Token, User

Answer = Any


class System:
    """A program with a key."""

    def __init__(self, user: User) -> None:
        self.user, self.key, self.client = user, Token.make_key(), Client()
        self.token = Token.objects.create(user=user, name="办公系统", digest=Token.key_to_digest(self.key))

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        return self.client.generic(
            method,
            f"/api/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"authorization": f"Bearer {self.key}"},
            query_params=query,
        )

    def get(self, path: str, **query: Any) -> Any:
        response = self.ask("GET", path, **query)
        assert response.status_code == 200, response.content.decode()
        return response.json()

    def send(self, path: str, content: bytes, name: str) -> Answer:
        headers = {"authorization": f"Bearer {self.key}"}
        return self.client.post(f"/api/{path}", {"file": SimpleUploadedFile(name, content)}, headers=headers)

    def put(self, path: str, content: bytes, name: str) -> Answer:
        headers = {"authorization": f"Bearer {self.key}"}
        address = f"/api/{path}"
        return self.client.put(
            address, content, "application/octet-stream", headers=headers, query_params={"path": name}
        )
