"""Footnotes."""

from chat.markdown import render


def test_notes_are_numbered_by_first_mention_and_lead_back():
    html = render("B[^b] a[^a] b[^b]\n\n[^a]: Note a\n[^b]: Note b\n", prefix="m7")
    assert '<sup class="footnote-ref"><a href="#fn-m7-1" id="fnref-m7-1">1</a></sup> a' in html
    assert 'id="fnref-m7-1-2">1</a>' in html
    assert html.index("Note b") < html.index("Note a")
    assert '<li id="fn-m7-2">\n<p>Note a <a href="#fnref-m7-2" class="footnote-back"' in html


def test_ids_of_two_messages_never_meet():
    text = "x[^1]\n\n[^1]: y\n"
    assert 'id="fn-one-1"' in render(text, prefix="one")
    assert 'id="fn-two-1"' in render(text, prefix="two")


def test_a_note_nobody_mentions_is_left_out_and_a_mention_of_nothing_stays_text():
    assert render("a[^x]\n\n[^y]: unused\n") == "<p>a[^x]</p>\n"


def test_a_note_may_mention_another_and_hold_blocks():
    html = render("a[^1]\n\n[^1]: one[^2]\n\n    - list\n\n[^2]: two\n")
    assert html.count("<li id=") == 2
    assert "<li>list</li>" in html


def test_a_label_cannot_become_markup():
    html = render('a[^"><img]\n\n[^"><img]: x\n')
    assert "<img" not in html
