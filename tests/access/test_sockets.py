"""Each socket and person of the table: let in, or closed with the code it says."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from chat.services.conversations import start_conversation
from tests.access.doors import SOCKETS, WHO
from tests.chat.sockets import close_code, socket_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clients(alice, bob, alices, bobs) -> dict[str, Client | None]:
    staff = Client()
    staff.force_login(get_user_model().objects.create_user("staff", is_staff=True))
    return dict(zip(WHO, (None, alices, bobs, staff), strict=True))


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("path", SOCKETS)
async def test_it_lets_in_whom_the_table_says(path, who, clients, conversation):
    socket = socket_of(clients[who], "/" + path.format(conversation_id=conversation.pk))
    assert (await socket.connect())[0]
    code = SOCKETS[path][WHO.index(who)]
    if code:
        assert await close_code(socket, 2) == code
    else:
        sent = [] if await socket.receive_nothing(0.3) else [await socket.receive_output(1)]
        assert all(one["type"] == "websocket.send" for one in sent)
        await socket.disconnect()
