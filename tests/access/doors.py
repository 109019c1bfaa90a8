"""Every address and socket, and what it answers to whom. A new one gets its row here, or the tests fail.

The four who knock: nobody signed in; Alice, whose agent and conversation the address names; Bob, who has an
account; and a member of staff, to whom what is Alice's belongs no more than to Bob.
"""

from dataclasses import dataclass, field
from typing import Any

WHO = ("anonymous", "owner", "stranger", "staff")
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")

Statuses = tuple[int, int, int, int]
NOT_ALLOWED = 405


@dataclass(frozen=True)
class Door:
    """``answers``: the statuses by verb, in the order of ``WHO``; ``otherwise`` those of every other verb.

    ``names`` says which thing of Alice's stands for a part of the address where its own name does not.
    """

    answers: dict[str, Statuses]
    otherwise: Statuses = (302, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED)
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""  # ``{agent_id}`` and the like stand for what is Alice's
    names: dict[str, str] = field(default_factory=dict)
    json: bool = False  # each verb but GET sends the body, as JSON


def hers(
    body: dict[str, Any] | None = None, names: dict[str, str] | None = None, query: str = "", **verbs: int
) -> Door:
    """A page about a thing of Alice's: to others there is none. Keywords are what Alice gets, by verb."""
    answers = {verb: (302, status, 404, 404) for verb, status in verbs.items()}
    return Door(answers, body=body or {}, names=names or {}, query=query)


def everyones(body: dict[str, Any] | None = None, query: str = "", **verbs: int) -> Door:
    """A page for whoever is signed in."""
    answers = {verb: (302, status, status, status) for verb, status in verbs.items()}
    return Door(answers, body=body or {}, query=query)


def public(**verbs: int) -> Door:
    answers = {verb: (status, status, status, status) for verb, status in verbs.items()}
    return Door(answers, otherwise=(NOT_ALLOWED,) * 4)


def api_of_hers(
    body: dict[str, Any] | None = None, names: dict[str, str] | None = None, **verbs: int
) -> Door:
    """An address of the API about a thing of Alice's."""
    answers = {verb: (401, status, 404, 404) for verb, status in verbs.items()}
    return Door(answers, otherwise=(NOT_ALLOWED,) * 4, body=body or {}, names=names or {}, json=True)


def api_of_everyone(body: dict[str, Any] | None = None, **verbs: int) -> Door:
    """An address of the API for whoever is signed in."""
    answers = {verb: (401, status, status, status) for verb, status in verbs.items()}
    return Door(answers, otherwise=(NOT_ALLOWED,) * 4, body=body or {}, json=True)


def api_of_all(body: dict[str, Any], **verbs: int) -> Door:
    """An address of the API that asks for nobody's name: what is sent has to say it."""
    answers = {verb: (status, status, status, status) for verb, status in verbs.items()}
    return Door(answers, otherwise=(NOT_ALLOWED,) * 4, body=body, json=True)


QUESTION = {"message_id": "question_id"}
SAID = {"content": "Hello?", "client_id": "a-send"}
HOOK = {"url": "https://hooks.example.org/", "events": ["run.failed"]}
WHY = {"content": "Why?"}
COMPLETION = {"messages": [{"role": "user", "content": "Why?"}]}
AGENT = {"name": "Sailor", "system_prompt": "You know ships."}

#: By the name of the route.
DOORS = {
    "accounts:settings": everyones(GET=200, POST=422),
    "accounts:make_key": everyones(POST=422),
    "accounts:revoke_key": hers(POST=302),
    "accounts:sign_out_program": hers(POST=302),
    "accounts:login": Door(
        {"PATCH": (405, 302, 302, 302), "DELETE": (405, 302, 302, 302)}, otherwise=(200, 302, 302, 302)
    ),
    "accounts:logout": Door(
        {"GET": (302, 200, 200, 200), "POST": (302, 302, 302, 302)}, otherwise=(NOT_ALLOWED,) * 4
    ),
    "account_login": Door(
        {"PATCH": (405, 302, 302, 302), "DELETE": (405, 302, 302, 302)}, otherwise=(200, 302, 302, 302)
    ),
    "account_signup": Door(
        {"PATCH": (405, 302, 302, 302), "DELETE": (405, 302, 302, 302)}, otherwise=(200, 302, 302, 302)
    ),
    "account_logout": Door(
        {"GET": (302, 200, 200, 200), "POST": (302, 302, 302, 302)}, otherwise=(405, 405, 405, 405)
    ),
    "account_inactive": Door({"GET": (200, 200, 200, 200)}, otherwise=(405, 405, 405, 405)),
    "account_reauthenticate": Door({}, otherwise=(302, 403, 403, 403)),
    "account_email": Door(
        {"GET": (302, 200, 200, 200), "PATCH": (302, 405, 405, 405), "DELETE": (302, 405, 405, 405)},
        otherwise=(302, 302, 302, 302),
    ),
    "account_email_verification_sent": Door({"GET": (200, 200, 200, 200)}, otherwise=(405, 405, 405, 405)),
    "account_change_password": Door({}, otherwise=(302, 302, 302, 302)),
    "account_set_password": everyones(GET=200, POST=200, PUT=200),
    "account_reset_password": Door(
        {"PATCH": (405, 405, 405, 405), "DELETE": (405, 405, 405, 405)}, otherwise=(200, 200, 200, 200)
    ),
    "account_confirm_email": Door(
        {"GET": (200, 200, 200, 200), "POST": (404, 404, 404, 404)}, otherwise=(405, 405, 405, 405)
    ),
    "account_reset_password_from_key_done": Door(
        {"GET": (200, 200, 200, 200)}, otherwise=(405, 405, 405, 405)
    ),
    "account_reset_password_from_key": Door({}, otherwise=(200, 200, 200, 200)),
    "account_reset_password_done": Door({"GET": (200, 200, 200, 200)}, otherwise=(405, 405, 405, 405)),
    "sessions": Door(
        {"GET": (302, 200, 200, 200), "POST": (302, 302, 302, 302)}, otherwise=(302, 405, 405, 405)
    ),
    "mfa_index": Door({"GET": (302, 200, 200, 200)}, otherwise=(302, 405, 405, 405)),
    "mfa_authenticate": Door({}, otherwise=(302, 302, 302, 302)),
    "mfa_reauthenticate": Door({}, otherwise=(302, 403, 403, 403)),
    "mfa_activate_totp": Door(
        {"PATCH": (302, 405, 405, 405), "DELETE": (302, 405, 405, 405)}, otherwise=(302, 200, 200, 200)
    ),
    "mfa_deactivate_totp": Door({}, otherwise=(302, 404, 404, 404)),
    "mfa_view_recovery_codes": Door({"GET": (302, 404, 404, 404)}, otherwise=(302, 405, 405, 405)),
    "mfa_generate_recovery_codes": Door(
        {"PATCH": (302, 405, 405, 405), "DELETE": (302, 405, 405, 405)}, otherwise=(302, 200, 200, 200)
    ),
    "mfa_download_recovery_codes": Door({}, otherwise=(302, 404, 404, 404)),
    "mfa_list_webauthn": Door({"GET": (302, 200, 200, 200)}, otherwise=(302, 405, 405, 405)),
    "mfa_add_webauthn": Door(
        {"PATCH": (302, 405, 405, 405), "DELETE": (302, 405, 405, 405)}, otherwise=(302, 200, 200, 200)
    ),
    "mfa_reauthenticate_webauthn": Door({}, otherwise=(302, 403, 403, 403)),
    "socialaccount_connections": Door(
        {"PATCH": (302, 405, 405, 405), "DELETE": (302, 405, 405, 405)}, otherwise=(302, 200, 200, 200)
    ),
    "socialaccount_signup": Door({}, otherwise=(302, 302, 302, 302)),
    "socialaccount_login_cancelled": Door({"GET": (200, 200, 200, 200)}, otherwise=(405, 405, 405, 405)),
    "socialaccount_login_error": Door({"GET": (302, 401, 401, 401)}, otherwise=(302, 405, 405, 405)),
    "openid_connect_login": Door({}, otherwise=(404, 404, 404, 404)),
    "openid_connect_callback": Door({}, otherwise=(404, 404, 404, 404)),
    "mfa_login_webauthn": Door(
        {"PATCH": (405, 302, 302, 302), "DELETE": (405, 302, 302, 302)}, otherwise=(302, 302, 302, 302)
    ),
    "mfa_remove_webauthn": Door(
        {"PUT": (302, 405, 405, 405), "PATCH": (302, 405, 405, 405)}, otherwise=(302, 404, 404, 404)
    ),
    "mfa_edit_webauthn": Door(
        {"PATCH": (302, 405, 405, 405), "DELETE": (302, 405, 405, 405)}, otherwise=(302, 404, 404, 404)
    ),
    "invitations": Door({"GET": (302, 404, 404, 200), "POST": (302, 404, 404, 422)}),
    "revoke_invitation": Door({"POST": (302, 404, 404, 404)}),
    "invitation": Door({"GET": (404, 302, 302, 302)}, otherwise=(NOT_ALLOWED,) * 4),
    "chat:home": everyones(GET=200),
    "chat:start": Door(
        {"GET": (302, 200, 200, 200), "POST": (302, 302, 404, 404)}, body=SAID, names={"agent": "agent_id"}
    ),
    "chat:sidebar": everyones(GET=200),
    "chat:search": everyones(GET=200, query="?q=whales"),
    "chat:conversation": hers(GET=200),
    "chat:messages": hers(GET=200, POST=302, body=SAID, query="?before={message_id}"),
    "chat:stop": hers(POST=302),
    "chat:decide": hers(POST=404, body={"decision": "allow"}),  # nothing waits: tests/chat/test_approvals.py
    "chat:rename": hers(GET=200, POST=302, body={"title": "Whales"}),
    "chat:pin": hers(POST=302, body={"pinned": "1"}),
    "chat:archive": hers(POST=302, body={"archived": "1"}),
    "chat:delete": hers(POST=302),
    "chat:retry": hers(POST=302),
    "chat:continue": hers(POST=302),
    "chat:show": hers(POST=302),
    "chat:edit": hers(GET=200, POST=302, body=SAID, names=QUESTION),
    "chat:text": hers(GET=200),
    "chat:replay": hers(GET=200),
    "chat:replay_frames": hers(GET=200),
    "chat:files": hers(GET=200),
    "chat:file": hers(GET=200),
    "chat:delete_file": hers(POST=302),
    "agents:list": everyones(GET=200),
    "agents:create": everyones(GET=200, POST=422),
    "agents:models": everyones(GET=200),
    "agents:edit": hers(GET=200, POST=422),
    "agents:delete": hers(GET=200, POST=302),
    "agents:documents": hers(GET=302, POST=422),  # without a file: tests/agents/pages/test_documents.py
    "agents:delete_document": hers(POST=302),
    "agents:versions": hers(GET=200),
    "agents:version": hers(GET=200),
    "agents:restore": hers(POST=302),
    "agents:test_server": hers(POST=404),
    "health": public(GET=200),
    "metrics": public(**dict.fromkeys(VERBS, 404)),  # for nobody, unless the settings name them
    "manifest": public(GET=200),
    "service_worker": public(GET=200),
    "offline": public(GET=200),
    "api_reference": public(GET=200),
    "api:openapi-json": public(GET=200),
    "api:api-root": public(**dict.fromkeys(VERBS, 404)),
    "api:agents": api_of_everyone(AGENT, GET=200, POST=201),
    "api:refine_agent": api_of_everyone({"goal": "Know ships"}, POST=200),
    "api:agent": api_of_hers(AGENT, GET=200, PUT=200, PATCH=200, DELETE=204),
    # Without a file, which is 422: tests/agents/api/test_documents.py sends some.
    "api:agent_documents": api_of_hers(GET=200, POST=422),
    "api:document": api_of_hers(DELETE=204),
    "api:sessions": api_of_hers(GET=200, POST=201),
    "api:session": api_of_hers({"title": "Whales"}, GET=200, PATCH=200, DELETE=204),
    "api:session_messages": api_of_hers({"content": "Why?"}, GET=200, POST=200),
    "webhooks:list": everyones(GET=200, POST=422),
    "webhooks:switch": hers(POST=302),
    "webhooks:delete": hers(POST=302),
    "webhooks:test": hers(POST=302),
    "api:webhooks": api_of_everyone(HOOK, GET=200, POST=201),
    "api:webhook": api_of_hers({"active": False}, GET=200, PATCH=200, DELETE=204),
    "api:list_deliveries": api_of_hers(GET=200),
    "api:test_webhook": api_of_hers(POST=202),
    "api:list_events": api_of_hers(GET=200, names=QUESTION),
    "api:stream_events": api_of_hers(GET=200, names=QUESTION),
    # Nothing waits: tests/chat/api/test_decisions.py.
    "api:decide_call": api_of_hers(
        {"call_id": "call_1", "decision": "allow"}, {"run_id": "run_id"}, POST=404
    ),
    "api:conversations": api_of_everyone({"conversation_type": "Room"}, GET=200, POST=201),
    "api:conversation": api_of_hers(GET=200),
    "api:conversation_messages": api_of_hers({"content": "Hello?"}, GET=200, POST=201),
    # Of a chat with an agent, into which nobody comes: tests/chat/people/test_rooms.py has rooms.
    "api:participants": api_of_hers({"participants": ["019a0000-0000-7000-8000-000000000001"]}, POST=404),
    "api:participant": api_of_hers(DELETE=409, names={"participant_id": "agent_id"}),
    "api:read": api_of_hers(POST=200),
    "api:typing": api_of_hers(POST=204),
    "api:people": api_of_everyone(GET=200),
    "api:start_with_agent": api_of_hers(POST=201),
    "api:cancel_answer": api_of_hers(POST=202, names=QUESTION),
    "api:obtain_tokens": api_of_all({"username": "nobody", "password": "guess"}, POST=401),
    "api:refresh_tokens": api_of_all({"refresh_token": "guess"}, POST=401),
    "api:revoke_tokens": api_of_all({"refresh_token": "guess"}, POST=204),
    "api:get_user": api_of_hers(GET=200),
    "api:chats_of_user": api_of_hers(GET=200, POST=201),
    "api:get_chat": api_of_hers(GET=200),
    "api:chat_messages": api_of_hers(WHY, GET=200, POST=201),
    "api:ask_assistant": Door({"POST": (401, 200, 404, 404)}, (NOT_ALLOWED,) * 4, WHY, json=True),
    "api:list_assistant_conversations": api_of_everyone(GET=200),
    "api:list_assistant_messages": api_of_hers(GET=200),
    "api:delete_assistant_conversation": api_of_hers(DELETE=200),
    "openai:api-root": public(**dict.fromkeys(VERBS, 404)),
    "openai:list_models": api_of_everyone(GET=200),
    "openai:get_model": Door({"GET": (401, 200, 404, 404)}, (NOT_ALLOWED,) * 4, names={"model": "agent_id"}),
    "openai:create_completion": Door(
        {"POST": (401, 200, 404, 404)}, (NOT_ALLOWED,) * 4, COMPLETION, names={"model": "agent_id"}, json=True
    ),
    "api:create_socket_ticket": api_of_everyone(POST=200),
    # Without a recording, which is 400: tests/voice has some.
    "voice:speak": hers(POST=400, body=SAID),
    "voice:start": Door({"POST": (302, 400, 404, 404)}, body=SAID, names={"agent": "agent_id"}),
    "voice:recording": hers(DELETE=204),
    "voice:send": hers(POST=302, body={"content": "Why?"}),
    "api:session_voice": api_of_hers(POST=400),
    "api:conversation_voice": api_of_hers(POST=400),
    "api:speech": api_of_hers(GET=302, POST=200, DELETE=200),  # kept; what else: tests/voice/aloud
    "api:audio": api_of_hers(GET=200, names={"path": "audio_path"}),
}

#: Close codes of the sockets by path, in the order of ``WHO``; 0 is a socket that stays open.
SOCKETS = {
    "ws/page/": (4401, 0, 0, 0),
    "ws/page/?conversation={conversation_id}": (4401, 0, 4404, 4404),
    "ws/preview/": (4401, 0, 0, 0),
    "ws": (4401, 0, 0, 0),
    "api/v1/chat/ws": (4401, 0, 0, 0),
}
