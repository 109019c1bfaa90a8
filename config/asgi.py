"""The ASGI application: pages by HTTP, what is live by WebSocket. It runs under any ASGI server."""

import os
from typing import Any, cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

# These need Django set up.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from chat.routing import websocket_urlpatterns  # noqa: E402
from config.asked import KnownRequests  # noqa: E402
from config.body_limit import BodyLimit  # noqa: E402
from config.lifespan import Lifespan  # noqa: E402
from config.pages import Pages, Receive, Scope, Send  # noqa: E402
from config.proxies import BehindProxies  # noqa: E402
from config.static_files import StaticFiles  # noqa: E402


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuses the handshake; without it the router raises, and each wrong address is an error in the log."""
    await send({"type": "websocket.close"})


nobody = re_path("", cast(Any, no_such_socket))  # Channels calls it; the type is that of a view
sockets = URLRouter([*websocket_urlpatterns, nobody])
routes = ProtocolTypeRouter({"http": Pages(), "websocket": sockets})
application = Lifespan(KnownRequests(BehindProxies(BodyLimit(StaticFiles(routes)))))
