"""Queries whose SQL is written once.

For a query of every call Django takes several times as long to write it as the database takes to run it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

#: What a query gives: a model, or a row of ``values_list``.
Found = TypeVar("Found")

#: As the database gives them, or of Python's values.
Rows = Sequence[tuple[Any, ...]]

#: What turns a column of the database into a value of Python, as fields and the database's own part have it.
Convert = Callable[[Any, Any, BaseDatabaseWrapper], Any]


@dataclass(frozen=True)
class Prepared(Generic[Found]):
    """A query with places for ids and texts. It may be run by any thread, any number of times.

    ``order`` says for each parameter of the statement which argument it is, or that it is a value of the
    query itself; ``build`` makes what is found of a row.
    """

    kinds: tuple[type[UUID | str], ...]
    sql: str
    parameters: tuple[Any, ...]
    order: tuple[int | None, ...]
    converted: tuple[tuple[int, tuple[Convert, ...], Any], ...]
    build: Callable[[tuple[Any, ...]], Found]

    @classmethod
    def of(cls, query: Callable[..., QuerySet[Any, Found]], *kinds: type[UUID | str]) -> "Prepared[Found]":
        """Of a query of models, or of ``values_list``; what it is called with stands for what is to come."""
        connection = connections[DEFAULT_DB_ALIAS]
        places = [uuid4() if kind is UUID else str(uuid4()) for kind in kinds]
        queryset = query(*places)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        stand_ins = {_as_parameter(place, connection): number for number, place in enumerate(places)}
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        return cls(
            kinds=kinds,
            sql=sql,
            parameters=tuple(parameters),
            order=tuple(stand_ins.get(one) for one in parameters),
            converted=tuple((at, tuple(by), column) for at, (by, column) in converters.items()),
            build=_builder(queryset, compiler),
        )

    def all(self, *arguments: UUID | str) -> list[Found]:
        """Raises ValueError for a text in place of an id that is none, TypeError for what is neither."""
        connection = connections[DEFAULT_DB_ALIAS]
        pairs = zip(arguments, self.kinds, strict=True)
        given = [_as_parameter(_typed(one, kind), connection) for one, kind in pairs]
        filled = [
            parameter if place is None else given[place]
            for parameter, place in zip(self.parameters, self.order, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            rows = cursor.fetchall()
        return [self.build(row) for row in self._as_python(rows, connection)]

    def first(self, *arguments: UUID | str) -> Found | None:
        """Of a query of one row: what it finds, if anything."""
        return next(iter(self.all(*arguments)), None)

    def _as_python(self, rows: Rows, connection: BaseDatabaseWrapper) -> Rows:
        """Column by column, which takes less than row by row."""
        if not self.converted or not rows:
            return rows
        columns = list(zip(*rows, strict=True))
        for at, converters, column in self.converted:
            for convert in converters:
                columns[at] = tuple([convert(value, column, connection) for value in columns[at]])
        return list(zip(*columns, strict=True))


def _typed(one: UUID | str, kind: type[UUID | str]) -> UUID | str:
    if isinstance(one, kind):
        return one
    if isinstance(one, str):
        return UUID(one)
    raise TypeError(f"{one!r} is no {kind.__name__}")


def _as_parameter(one: UUID | str, connection: BaseDatabaseWrapper) -> Any:
    """As a ``UUIDField`` hands it to the database, or as it is."""
    return one if isinstance(one, str) or connection.features.has_native_uuid_field else one.hex


def _builder(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[tuple[Any, ...]], Any]:
    """How Django makes of a row what the query gives."""
    if issubclass(queryset._iterable_class, FlatValuesListIterable):
        return itemgetter(0)
    if not issubclass(queryset._iterable_class, ModelIterable):
        return tuple
    model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    names = [column.target.attname for column, *_rest in compiler.select[own]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of a later Django

    def instance(row: tuple[Any, ...]) -> Any:
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[own])
        for one in related:
            one.populate(row, made)
        return made

    return instance
