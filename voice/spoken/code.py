"""What is said of a block of code: that there is one. Nobody wants to hear its brackets."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NAMES = {
    "bash": "Bash",
    "c": "C",
    "cpp": "C++",
    "cs": "C#",
    "csharp": "C#",
    "css": "CSS",
    "go": "Go",
    "html": "HTML",
    "java": "Java",
    "javascript": "JavaScript",
    "js": "JavaScript",
    "json": "JSON",
    "kotlin": "Kotlin",
    "php": "PHP",
    "py": "Python",
    "python": "Python",
    "rb": "Ruby",
    "ruby": "Ruby",
    "rs": "Rust",
    "rust": "Rust",
    "sh": "Shell",
    "shell": "Shell",
    "sql": "SQL",
    "swift": "Swift",
    "toml": "TOML",
    "ts": "TypeScript",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
    "yml": "YAML",
}


def code_said(info: str, lines: int) -> str:
    """``info`` is what stands beside the fence; only a language by its known name is said."""
    name = _NAMES.get(info.split()[0].lower() if info.split() else "")
    counted = ngettext("%(count)d line", "%(count)d lines", lines) % {"count": lines}
    if name is None:
        return _("A code block, %(lines)s.") % {"lines": counted}
    return _("A code block in %(language)s, %(lines)s.") % {"language": name, "lines": counted}
