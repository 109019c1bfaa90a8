"""Files that agents have written, in the admin: found and listed, without their content."""

import pytest
from django.urls import reverse

from agents.models import Run, Workspace, WorkspaceFile

LIST = reverse("admin:agents_workspacefile_changelist")


@pytest.fixture
def file(alice, agent, talk) -> WorkspaceFile:
    conversation = talk(agent)
    space = Workspace.objects.create(chat_id=conversation.pk, agent=agent, owner=alice)
    return space.files.create(
        path="notes/<b>.md",
        key="notes/<b>.md",
        size=2048,
        sha256="f" * 64,
        content=b"what was said in private",
        run_id=Run.objects.get().pk,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, 1), ({"q": "notes"}, 1), ({"q": "Librarian"}, 1), ({"q": "alice"}, 1), ({"q": "Nobody"}, 0),
     ({"bytes": "1"}, 1), ({"bytes": "0"}, 0), ({"bytes": "x"}, 1)],
)  # fmt: skip
def test_files_are_found_by_path_agent_person_and_size(roots, file, query, found):
    assert len(roots.get(LIST, query).context["cl"].result_list) == found


def test_the_page_leads_to_conversation_and_run_and_shows_no_content(roots, file):
    page = roots.get(reverse("admin:agents_workspacefile_change", args=[file.pk])).content.decode()

    assert "notes/&lt;b&gt;.md" in page
    assert "2.0\xa0KB" in page
    assert f"id__exact={file.workspace_id}" in page
    assert f"id__exact={file.run_id}" in page
    assert "private" not in page
