"""Runs in the admin: what happened, in order, as a person reads it."""

import pytest
from django.urls import reverse

from agents.eventlog import read
from agents.models import Run, RunStep
from agents.timeline import timeline

LIST = reverse("admin:agents_run_changelist")


@pytest.fixture
def run(agent, talk) -> Run:
    talk(agent)
    return Run.objects.get()


def page_of(roots, run):
    return roots.get(reverse("admin:agents_run_change", args=[run.pk])).content.decode()


def test_pieces_of_text_are_joined_and_everything_else_is_a_row(run, log):
    log(
        run,
        ("start", {"status": "processing", "run_id": "r", "agent": {"id": "a", "name": "Librarian"}}),
        ("rationale", {"text": "Let me "}),
        ("rationale", {"text": "think."}),
        ("plan", {"items": [{"id": "1", "text": "Look", "status": "completed"}]}),
        ("tool_start", {"call_id": "1", "name": "search", "args_summary": "q: books"}),
        (
            "tool_end",
            {"call_id": "1", "name": "search", "status": "ok", "ms": 7, "result_summary": "3 found"},
        ),
        ("tool_end", {"call_id": "2", "name": "search", "status": "ok", "ms": 8, "result_summary": "none"}),
        ("status", {"text": "Still looking"}),
        ("content", {"md": "Here "}),
        ("content", {"md": "you are."}),
        ("citation", {"items": [{"n": 1, "document_id": "d", "title": "Book", "page": 1, "quote": "Once"}]}),
        ("file", {"file_id": "f", "path": "notes.md", "size": 12, "replaced": False}),
        ("usage", {"prompt_tokens": 1, "completion_tokens": 2, "model": "fake", "cost": None}),
        ("error", {"error": "timeout", "fallback_message": "Too slow"}),
        ("end", {"status": "error", "ms_total": 1300, "tool_calls": 2, "answer_id": "x"}),
    )

    assert [(row.seq, row.last_seq, row.ms, row.type, row.text) for row in timeline(read(run.pk))] == [
        (1, 1, 0, "start", "Librarian"),
        (2, 3, 100, "rationale", "Let me think."),
        (4, 4, 300, "plan", "completed: Look"),
        (5, 5, 400, "tool_start", "search q: books"),
        (6, 6, 500, "tool_end", "search: ok, 7 ms. 3 found"),
        (7, 7, 600, "tool_end", "search: ok, 8 ms. none"),
        (8, 8, 700, "status", "Still looking"),
        (9, 10, 800, "content", "Here you are."),
        (11, 11, 1000, "citation", "1. Book: Once"),
        (12, 12, 1100, "file", "notes.md, 12 B"),
        (13, 13, 1200, "usage", "1 + 2 tokens, fake"),
        (14, 14, 1300, "error", "timeout: Too slow"),
        (15, 15, 1400, "end", "error, 1300 ms, 2 tools"),
    ]


def test_an_event_of_another_version_is_shown_as_it_is_stored(run, log):
    log(run, ("novelty", {"a": 1}), ("end", {"b": 2}), ("content", {}))

    assert [row.text for row in timeline(read(run.pk))] == ['{"a": 1}', '{"b": 2}', ""]


def test_the_timeline_is_on_the_page_of_the_run_and_never_markup(roots, run, log):
    log(run, ("content", {"md": "<script>alert(1)</script>"}))

    page = page_of(roots, run)

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_run_that_has_not_begun_says_so(roots, run):
    assert "Nothing has happened yet." in page_of(roots, run)


def test_a_run_leads_to_its_replay(roots, run, log):
    log(run, ("content", {"md": "Once"}))

    page = page_of(roots, run)

    address = reverse("chat:replay", args=[run.chat_id, run.pk])
    assert f'<a href="{address}">' in page
    assert roots.get(address).status_code == 200


def test_of_ten_thousand_events_that_join_to_no_row_the_first_thousand_are_shown(roots, run, log):
    log(run, *[("status", {"text": f"step {number}"}) for number in range(10_000)])

    page = page_of(roots, run)

    assert page.count("timeline__row--status") == 1000
    assert "9000 more rows are left out" in page


def test_a_long_log_takes_no_more_queries(roots, run, log, django_assert_max_num_queries):
    log(run, *[("content", {"md": "word "})] * 2000)

    with django_assert_max_num_queries(12):
        assert "word word word" in page_of(roots, run)


def test_its_calls_are_listed_with_who_allowed_them_and_without_what_they_hold(roots, alice, run):
    RunStep.objects.create(
        run=run,
        round=0,
        position=0,
        call_id="a",
        name="write_file",
        said=0,
        arguments='{"text": "arguments of theirs"}',
        result="results of theirs",
        state="ok",
        decision="allowed",
        reason="<b>why</b>",
        decided_by=alice,
    )

    page = page_of(roots, run)

    for shown in ("write_file", "alice", "&lt;b&gt;why", "<p>17</p>"):
        assert shown in page
    assert "theirs" not in page


def test_many_calls_take_no_more_queries(roots, run, django_assert_max_num_queries):
    for number in range(40):
        RunStep.objects.create(
            run=run, round=number, position=0, call_id=str(number), name="look", said=0, state="ok"
        )
    with django_assert_max_num_queries(13):
        assert page_of(roots, run).count("<p>look</p>") == 40


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"seconds": "1"}, 1),
        ({"seconds": "0"}, 0),
        ({"seconds": "3"}, 0),
        ({"seconds": "x"}, 1),
        ({"tokens": "1"}, 1),
        ({"tokens": "3"}, 0),
        ({"state__exact": "completed"}, 1),
        ({"state__exact": "error"}, 0),
        ({"model": "fake"}, 1),
        ({"q": "Librarian"}, 1),
        ({"q": "alice"}, 1),
        ({"q": "Nobody"}, 0),
    ],
)
def test_runs_are_found_by_state_model_duration_tokens_and_words(roots, run, query, found):
    answer = roots.get(LIST, query)

    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == found


def test_a_run_is_found_by_its_id_and_its_conversations(roots, run):
    for key in (run.pk, run.chat_id):
        assert len(roots.get(LIST, {"q": str(key)}).context["cl"].result_list) == 1


def test_the_list_shows_how_long_and_how_much(roots, run):
    page = roots.get(LIST).content.decode()

    assert "3.0 s" in page
    assert "12 + 345" in page
