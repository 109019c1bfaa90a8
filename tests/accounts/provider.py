"""A small OpenID Connect provider on a real socket, which can be told to lie."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT_ID, SECRET = "parley", "a secret of the client, long enough for HMAC"


class Provider:
    """``claims`` and ``info`` change what it says of the person; ``asked`` are the tokens' requests."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.info: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> "Provider":
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.discovery

    def person(self) -> dict[str, Any]:
        return {
            "sub": "42",
            "name": "Carol",
            "email": "carol@acme.example",
            "email_verified": True,
        } | self.info

    def token(self, form: dict[str, str]) -> dict[str, str]:
        self.asked.append(form)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60, **self.person()}
        id_token = jwt.encode(claims | self.claims, SECRET, algorithm="HS256")
        return {"access_token": "for the person", "token_type": "Bearer", "id_token": id_token}


def challenge_of(verifier: str) -> str:
    """As RFC 7636 makes S256 of it."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            answers = {
                "/.well-known/openid-configuration": provider.configuration,
                "/userinfo": provider.person,
            }
            self._answer(answers[path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(provider.token({name: values[0] for name, values in parse_qs(body).items()}))

        def _answer(self, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing: a test's output is for its failures."""

    return Handler
