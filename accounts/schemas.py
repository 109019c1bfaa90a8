"""What every part of the API answers alike."""

from typing import Annotated, Any

from ninja import Query, Schema
from pydantic import ConfigDict, Field


class Problem(Schema):
    """Every error of the API. ``error`` is for programs, ``detail`` says what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"error": "not_found", "detail": "This agent does not exist any more, or is not yours."},
                {"error": "invalid", "detail": "name: This field is required."},
            ]
        }
    )

    error: str = Field(description="For programs; it does not change with the language")
    detail: str = Field(
        description="What to do, in the caller's language; of invalid values one line a field"
    )
    fallback_message: str = Field(
        default="", description="Where a model gave no answer: what a person can be told. Otherwise left out"
    )


class Strict(Schema):
    """Base of what is sent as JSON: no field that is not named, and no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


def form_with(field: str, schema: dict[str, Any]) -> dict[str, Any]:
    """For ``openapi_extra=``: a form that has to have the field, which is described by a JSON Schema."""
    form = {"type": "object", "required": [field], "properties": {field: schema}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}}}


#: Patterns of texts. None has a NUL, which no database stores; words have a character that is no space.
TEXT = r"^[^\u0000]*$"
WORDS = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"

#: For ``response=``: what a call that needs a person, and names something of theirs, can be refused with.
REFUSALS = {401: Problem, 403: Problem, 404: Problem}
#: What a call with a JSON body can be refused with besides: no JSON, an upload, values that cannot be.
BODY_REFUSALS = {400: Problem, 413: Problem, 415: Problem, 422: Problem}

MAX_PAGE = 100
#: For lists that are read by place: how many, and how many to leave out. No database counts further.
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="How many to leave out")]
