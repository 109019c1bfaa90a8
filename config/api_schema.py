"""What the API says of itself at ``/api/openapi.json``: the framework's description, made whole.

The framework knows routes, parameters and models. What holds for all of them is written here once: who may
call, how each kind of refusal looks, and the addresses that are not its routes.
"""

from typing import Any

from ninja import NinjaAPI

from accounts.schemas import Problem
from config.api_examples import resolved
from config.problems import OPENAI

Operation = dict[str, Any]
Schema = dict[str, Any]

VERBS = ("get", "post", "put", "patch", "delete")
PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

#: What each part is about, in the order in which a reader meets them.
TAGS = {
    "agents": "Agents: their prompt, model and tools.",
    "documents": "What an agent knows from files.",
    "sessions": "Conversations with one agent, and their messages.",
    "voice": "Messages that are spoken, and audio files.",
    "users": "People, and their chats.",
    "chats": "Chats, their messages, and the streams of their events.",
    "runs": "The run that a message asked for: its events, and its cancelling.",
    "assistant": "Version 1: an assistant that is asked, and its conversations.",
    "conversations": "People and agents in one place: direct messages and rooms.",
    "auth": "Access and refresh tokens.",
    "openai": "For programs that speak the Chat Completions API.",
    "webhooks": "Addresses of yours that are told what happens.",
    "health": "Whether the house is well.",
}

SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key from the settings, or an access token of `/api/v1/auth/token`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The cookie of who is signed in. What changes something needs `X-CSRFToken` as well: "
        "the token of the cookie `csrftoken`.",
    },
}

TRIES_LATER = {
    "Retry-After": {"description": "Seconds after which to try again", "schema": {"type": "integer"}},
}
#: Refusals by status: what it means, and the headers it comes with.
REFUSALS: dict[str, tuple[str, Schema]] = {
    "400": ("The request cannot be read", {}),
    "401": (
        "Nobody is signed in, or the key or token does not hold",
        {"WWW-Authenticate": {"description": "How to sign in", "schema": {"type": "string"}}},
    ),
    "403": ("Not from here, or not with this key; never for what is another's", {}),
    "404": ("It does not exist, or is not yours", {}),
    "405": ("This address has other verbs; `Allow` names them", {}),
    "413": ("The body is too large", {}),
    "415": ("The body says it is in another encoding than UTF-8", {}),
    "422": ("A value that cannot be; `detail` has one line for each field", {}),
    "429": ("Too many calls; wait as long as `Retry-After` says", TRIES_LATER),
    "503": ("The data is out of reach for a moment", TRIES_LATER),
}

HEALTH = {
    "get": {
        "operationId": "health",
        "summary": "Health",
        "description": "Whether the house is well, for programs that watch it.",
        "tags": ["health"],
        "security": [],
        "responses": {
            status: {
                "description": description,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}},
            }
            for status, description in (("200", "All is well"), ("503", "Something does not answer"))
        },
    }
}
HEALTH_SCHEMA = {
    "title": "Health",
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["ok", "error"]},
        "version": {"type": "string"},
        "database": {"type": "string", "enum": ["ok", "error"]},
        "channel_layer": {"type": "string", "enum": ["ok", "error"]},
        "queue": {"type": "string", "enum": ["ok", "error"]},
        "openai": {"type": "string", "enum": ["configured", "offline", "error"]},
    },
    "required": ["status", "version", "database", "channel_layer", "queue", "openai"],
}


#: Parameters that take an event's id (agents/engine/events.py), or nothing. The service refuses others in
#: words of its own, which it could not if the framework knew the pattern.
EVENT_IDS = {"since", "Last-Event-ID"}
EVENT_ID = "^([0-9]{1,15}_[0-9]{4,12}_[0-9a-f]{8})?$"

WITHOUT_NUL = r"^[^\u0000]*$"

ANY_VALUE = {"$ref": "#/components/schemas/AnyValue"}
#: What a field of the caller's own may hold.
ANY_VALUE_SCHEMA = {
    "title": "AnyValue",
    "description": "Any JSON that can be stored.",
    "anyOf": [
        {"type": "string", "pattern": WITHOUT_NUL},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "null"},
        {"type": "array", "items": ANY_VALUE},
        {"type": "object", "propertyNames": {"pattern": WITHOUT_NUL}, "additionalProperties": ANY_VALUE},
    ],
}

SERVER_SENT_EVENT = {
    "title": "ServerSentEvent",
    "description": "One event of a stream, as the HTML standard reads it; `data` is JSON.",
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer"},
    },
}


class DescribedAPI(NinjaAPI):
    """An API whose description names every refusal, and is made once: routes do not change."""

    _described: Schema | None = None

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._others: list[NinjaAPI] = []

    def add_description_of(self, other: NinjaAPI) -> None:
        """Of routes that lie elsewhere and have errors of their own."""
        self._others.append(other)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> Any:
        """The description as plain values. Not to be changed: all readers share it."""
        if self._described is None:
            schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            for other in self._others:
                _merge(schema, other.get_openapi_schema())
            self._described = _completed(schema, self._for_everybody())
        return self._described

    def _for_everybody(self) -> set[str]:
        """The ids of operations that ask for nobody's name."""
        return {
            operation.operation_id or ""
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
            if not operation.auth_callbacks
        }


def operations(schema: Schema) -> list[tuple[str, str, Operation]]:
    """Path, verb and operation of all there are, in the order of the description."""
    return [
        (path, verb, of_path[verb])
        for path, of_path in schema["paths"].items()
        for verb in VERBS
        if verb in of_path
    ]


def _merge(schema: Schema, other: Schema) -> None:
    schema["paths"].update(other["paths"])
    schema["components"].setdefault("schemas", {}).update(other["components"].get("schemas", {}))


def _completed(schema: Schema, for_everybody: set[str]) -> Schema:
    schemas = schema["components"].setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    schemas["Health"] = HEALTH_SCHEMA
    schema["paths"]["/api/health"] = HEALTH
    schema["components"]["securitySchemes"] = SECURITY_SCHEMES
    schema["components"]["responses"] = {
        f"Refused{status}": {
            "description": description,
            "content": PROBLEM,
            **({"headers": headers} if headers else {}),
        }
        for status, (description, headers) in REFUSALS.items()
    }
    schemas["ServerSentEvent"] = SERVER_SENT_EVENT
    schemas["AnyValue"] = ANY_VALUE_SCHEMA
    used = set()
    for path, _verb, operation in operations(schema):
        if operation["operationId"] in for_everybody:
            operation["security"] = []
        for parameter in operation.get("parameters", ()):
            _show_example(parameter)
            if parameter["name"] in EVENT_IDS:
                parameter["schema"]["pattern"] = EVENT_ID
        for sent in operation.get("requestBody", {}).get("content", {}).values():
            _forbid_nul(sent.get("schema", {}), schema)
        _name_refusals(path, operation)
        _describe_stream(operation)
        used.update(operation.get("tags", ()))
    order = [name for name in TAGS if name in used] + sorted(used - TAGS.keys())
    schema["tags"] = [{"name": name, "description": TAGS.get(name, "")} for name in order]
    schema["security"] = [{name: []} for name in SECURITY_SCHEMES]
    schema["servers"] = [{"url": "/", "description": "This installation"}]
    return schema


def _name_refusals(path: str, operation: Operation) -> None:
    """Adds the refusals a call can meet before its view is asked; those in our shape say it in one place."""
    answers = operation["responses"] = {str(key): one for key, one in operation["responses"].items()}
    if path.startswith(OPENAI):
        return  # it has errors of its own, and names them
    expected = {"400", "429", "503"}
    if operation.get("security") != []:
        expected |= {"401", "403"}
    if "{" in path:
        expected.add("404")
    if operation.get("parameters"):
        expected.add("422")
    if "requestBody" in operation:
        expected |= {"413", "415", "422"}
    shared = {
        status for status, one in answers.items() if status in REFUSALS and one.get("content") == PROBLEM
    }
    for status in shared | (expected - answers.keys()):
        answers[status] = {"$ref": f"#/components/responses/Refused{status}"}
    operation["responses"] = dict(sorted(answers.items()))


def _forbid_nul(of: Schema, whole: Schema) -> None:
    """Says of each text that is sent what the parser of bodies (config/parser.py) holds all of them to."""
    of = resolved(of, whole)
    for value in of.get("properties", {}).values():
        for one in (value, value.get("items", {}), *value.get("anyOf", ())):
            if one.get("type") == "string" and not one.keys() & {"pattern", "format", "enum"}:
                one["pattern"] = WITHOUT_NUL
            if one.get("additionalProperties") is True:
                one.update(propertyNames={"pattern": WITHOUT_NUL}, additionalProperties=ANY_VALUE)


def _describe_stream(operation: Operation) -> None:
    """Of a stream the schema is that of one event, as OpenAPI 3.2 says it and tools for 3.1 take it."""
    for answer in operation["responses"].values():
        if stream := answer.get("content", {}).get("text/event-stream"):
            stream["schema"] = {"$ref": "#/components/schemas/ServerSentEvent"}


def _show_example(parameter: Schema) -> None:
    """Of a parameter ``examples`` are named; the framework leaves the list of its model there."""
    examples = parameter.pop("examples", None)
    if isinstance(examples, list):
        parameter["example"] = examples[0]
