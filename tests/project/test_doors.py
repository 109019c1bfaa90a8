"""Every address and socket has its row in tests/access/doors.py, which says what it answers to whom."""

from chat.routing import websocket_urlpatterns
from tests.access.doors import DOORS, SOCKETS
from tests.access.routes import routes


def test_every_route_has_a_row_and_every_row_a_route():
    assert {name for name, _entry in routes() if not name.startswith("admin:")} == set(DOORS)


def test_every_socket_has_a_row_and_every_row_a_socket():
    assert {str(one.pattern) for one in websocket_urlpatterns} == {path.partition("?")[0] for path in SOCKETS}
