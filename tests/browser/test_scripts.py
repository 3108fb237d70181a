"""The page's scripts one by one, in an empty page of a real browser."""

import pytest
from hypothesis import HealthCheck, given, settings

from t2i_chat.ui import theme
from t2i_chat.ui.patches import BLANK, Piece, Sheets, sheet
from tests.ui.test_patches import PIECES, assembled

pytestmark = pytest.mark.browser

LIGHTER = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
AROUND = """() => {
  document.body.innerHTML = '<div id="talk"></div><div id="shelf"></div>';
  window.heard = [];
  for (const name of ["talk", "shelf"])
    document.getElementById(name).addEventListener("patched", () => window.heard.push(name));
}"""
MOUNT = "name => patches.mount(name, document.getElementById(name))"
COMPONENT = """script => {
  window.asked = [];
  window.props = { value: "" };
  new Function("element", "trigger", "props", "watch", script)(
    document.getElementById("shelf"), (name, data) => window.asked.push([name, data]), window.props,
    (_, changed) => { window.changed = changed; });
}"""
"""A script as Gradio calls it; what it triggers is noted down."""


class Page:
    """An empty page that draws patches, and the server it asks."""

    def __init__(self, page):
        self._page = page
        self._sheets = Sheets()
        self.do = page.evaluate
        page.goto("about:blank")
        self.do(AROUND)
        self.do(theme.read("patches.js"))
        for name in ("talk", "shelf"):
            self.do(MOUNT, name)

    def patch(self, pieces, base=BLANK):
        """What turns a list into another one."""
        return self._sheets.patch(base, pieces)

    def draw(self, pieces, base=BLANK):
        """Draws a patch; returns whether its base was known."""
        return self.do("patch => patches.apply(patch)", self.patch(pieces, base))

    def html(self, place="talk"):
        """What stands in a place."""
        return self.do("name => document.getElementById(name).innerHTML", place)


@pytest.fixture
def page(chromium):
    with chromium.new_context() as context:
        yield Page(context.new_page())


def p(key, words, parent="talk"):
    """A paragraph."""
    return Piece(key, parent, f"<p>{words}</p>")


@LIGHTER
@given(PIECES, PIECES, PIECES)
def test_whatever_was_drawn_before_the_page_shows_the_list(page, first, second, third):
    base = BLANK
    for pieces in (first, second, third):
        assert page.draw(pieces, base)
        base = sheet(pieces)
        for place in ("talk", "shelf"):
            assert page.html(place) == assembled(pieces, place)


def test_pieces_stand_inside_each_other_and_are_moved(page):
    inside = [Piece("a", "talk", "<article></article>"), p("one", 1, "a"), p("two", 2, "a")]
    page.draw(inside)
    assert page.html() == "<article><p>1</p><p>2</p></article>"
    moved = [inside[0], p("two", 2, "a"), Piece("b", "talk", "<div></div>"), p("one", 1, "b")]
    page.draw(moved, sheet(inside))
    assert page.html() == "<article><p>2</p></article><div><p>1</p></div>"


def test_what_stays_is_left_alone(page):
    kept = Piece("kept", "talk", "<details><summary>a</summary><input></details>")
    page.draw([p("first", 1), kept])
    page.do("() => { window.kept = document.querySelector('details'); kept.open = true;"
            " document.querySelector('input').focus(); }")  # fmt: skip
    page.draw([p("new", 0), kept, p("last", 2)], sheet([p("first", 1), kept]))
    same = "() => [kept === document.querySelector('details'), kept.open,"
    assert page.do(f"{same} document.activeElement.tagName]") == [True, True, "INPUT"]
    assert page.html().startswith("<p>0</p><details")


def test_a_changed_piece_keeps_its_elements_and_loses_what_it_has_no_more(page):
    def row(pressed):
        return [
            Piece("row", "talk", f'<div><button {pressed}>Star</button><img src="data:,"></div>')
        ]

    page.draw(row('aria-pressed="false" title="x"'))
    page.do("() => { window.kept = document.querySelector('img');"
            " document.querySelector('button').focus(); }")  # fmt: skip
    page.draw(row('aria-pressed="true"'), sheet(row('aria-pressed="false" title="x"')))
    assert page.html() == row('aria-pressed="true"')[0].html
    now = "() => [kept === document.querySelector('img'), document.activeElement.textContent]"
    assert page.do(now) == [True, "Star"]


def test_a_drawer_a_person_opened_stays_open_when_its_words_change(page):
    def drawer(words):
        return [Piece("how", "talk", f"<details><summary>How</summary>{words}</details>")]

    page.draw(drawer("12 steps"))
    page.do("() => { document.querySelector('details').open = true; }")
    page.draw(drawer("13 steps"), sheet(drawer("12 steps")))
    assert page.html() == '<details open=""><summary>How</summary>13 steps</details>'


def test_a_late_answer_starts_from_the_list_it_was_asked_for(page):
    start, meanwhile = [p("a", "A")], [p("a", "A, with a star")]
    page.draw(start)
    page.draw(meanwhile, sheet(start))
    assert page.draw([p("a", "A"), p("b", "B")], sheet(start))
    assert page.html() == "<p>A</p><p>B</p>"


def test_what_cannot_be_drawn_is_asked_for_again_and_all_of_it(page):
    pieces = [p("a", "A")]
    unknown = page.patch(pieces, sheet([p("x", "X")]))
    taken = """patch => {
      const props = { value: patch }, asked = [];
      patches.take(props, () => asked.push(props.value.rev));
      return [props.value.rev, asked];
    }"""
    page.draw([p("b", "B")])
    assert page.do(taken, unknown) == ["", [""]]
    assert page.html() == "<p>B</p>"
    assert page.do(taken, page.patch(pieces)) == [sheet(pieces).revision, []]
    assert page.html() == "<p>A</p>"


def test_only_the_latest_lists_are_remembered(page):
    first = [p("a", 0)]
    page.draw(first)
    for number in range(1, 33):
        page.draw([p("a", number)])
    assert not page.draw([p("a", 99)], sheet(first))


def test_a_place_that_comes_later_shows_what_is_there_already(page):
    page.do("() => { document.getElementById('shelf').remove(); }")
    versions = [Piece("versions", "shelf", "<ul></ul>"), Piece("v1", "versions", "<li>1</li>")]
    page.draw(versions)
    page.do("() => document.body.insertAdjacentHTML('beforeend', '<div id=\"shelf\"></div>')")
    page.do(MOUNT, "shelf")
    assert page.html("shelf") == "<ul><li>1</li></ul>"


def test_only_a_place_that_changed_hears_of_it(page):
    both = [p("a", "A"), p("v", 1, "shelf")]
    page.draw(both)
    page.do("() => { window.heard = []; }")
    page.draw([*both, p("b", "B")], sheet(both))
    assert page.do("() => window.heard") == ["talk"]
    page.draw([p("v", 1, "shelf")], sheet(both))
    page.draw([p("v", 1, "shelf")])
    assert page.do("() => window.heard") == ["talk", "talk"]


# ── versions ─────────────────────────────────────────────────────────────────────────────────


def thumb(number, words):
    """A version in the history tree."""
    button = f'<button data-version="{number}">{number}</button>'
    return Piece(f"v{number}", "versions", f'<li data-words="{words}">{button}</li>')


@pytest.fixture
def shelf(page):
    page.do("() => document.body.insertAdjacentHTML('beforeend', '<input id=\"sift\">')")
    page.do(COMPONENT, theme.read("history_tree.js"))
    page.draw([
        Piece("versions", "shelf", '<ul class="shelf"></ul>'),
        *(thumb(n, words) for n, words in enumerate(("1 house", "2 dark sky", "3 sky ★"), 1)),
    ])  # fmt: skip
    return page


def press(page, *keys):
    """Presses keys, from the first version on; returns where the focus is."""
    page.do("() => document.querySelector('[data-version]').focus()")
    for key in keys:
        page.do("key => document.activeElement.dispatchEvent("
                "new KeyboardEvent('keydown', { key, bubbles: true }))", key)  # fmt: skip
    return page.do("() => document.activeElement.dataset.version")


@pytest.mark.parametrize(
    ("keys", "version"),
    [
        (["ArrowRight"], "2"), (["ArrowRight", "ArrowLeft"], "1"), (["ArrowLeft"], "1"),
        (["End"], "3"), (["End", "ArrowDown"], "3"), (["End", "ArrowUp"], "2"),
        (["End", "Home"], "1"),
    ],
)  # fmt: skip
def test_keys_walk_along_the_versions(shelf, keys, version):
    assert press(shelf, *keys) == version


def test_keys_walk_the_other_way_where_one_reads_from_the_right(shelf):
    shelf.do("() => { document.documentElement.dir = 'rtl'; }")
    assert press(shelf, "ArrowLeft") == "2"


def test_versions_without_the_words_are_hidden_also_when_they_come_later(shelf):
    shelf.do("() => { const field = document.getElementById('sift'); field.value = ' SKY dark';"
             " field.dispatchEvent(new Event('input', { bubbles: true })); }")  # fmt: skip
    seen = "() => [...document.querySelectorAll('li:not([hidden])')].map((e) => e.textContent)"
    assert shelf.do(seen) == ["2"]
    shelf.draw([
        Piece("versions", "shelf", '<ul class="shelf"></ul>'),
        thumb(1, "1 house"), thumb(4, "4 dark sky"), thumb(5, "5 sea"),
    ])  # fmt: skip
    assert shelf.do(seen) == ["4"]


def test_a_press_asks_for_the_version(shelf):
    shelf.do("() => document.querySelector('[data-version=\"2\"]').click()")
    assert shelf.do("() => window.asked") == [["pick", {"number": 2}]]
