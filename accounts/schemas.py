"""What every part of the API answers alike."""

from ninja import Schema


class Problem(Schema):
    """Every error of the API. ``error`` is for programs, ``detail`` says what to do."""

    error: str
    detail: str


#: For ``response=``: what a call that needs a person, and names something of theirs, can be refused with.
REFUSALS = {401: Problem, 403: Problem, 404: Problem}
