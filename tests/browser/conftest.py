"""A server to talk to, browsers to talk with, and pictures of the page for those who ask.

Set T2I_SCREENSHOTS to a folder to get a screenshot of every state.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import TimeoutError as TookTooLong
from playwright.sync_api import expect, sync_playwright

from t2i_chat.ui.brush import INK

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
SCHEMES = ("light", "dark")
EVERYWHERE = pytest.mark.parametrize(
    "size", ["desktop", pytest.param("phone", marks=pytest.mark.slow)]
)
"""On a wide window, and once more with a finger in the slow tier; `fits` sees both sizes anyway."""
RARE = {"Star": "star", "Name": "name", "Link": "link", "Delete": "delete"}
"""What stands behind “More” under a picture: what it says, and what it does."""
PATIENCE = 60_000
"""Milliseconds a busy machine may take for anything; nothing here measures speed."""
expect.set_options(timeout=PATIENCE)
QUIET = (
    "--no-sandbox --headless --disable-quic --no-first-run --use-angle=swiftshader"
    " --enable-unsafe-swiftshader --disable-gpu-compositing --webgl-antialiasing-mode=none"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()
"""WebGL, which only the brush needs, in software; the page itself is drawn without it, in half the
time. With --disable-gpu there is no brush."""


@contextmanager
def serving(home, port=0, parts="fakes", **said):
    """The address of a server of its own process, which is killed at the end."""
    command = [sys.executable, "-m", "tests.browser.server", str(home), str(port)]
    env = os.environ | {"T2I_BROWSER_PARTS": parts} | said
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            yield _address(process.stdout)
        finally:
            process.kill()


def _address(lines):
    for line in lines:
        if line.startswith("http"):
            return line.strip()
    raise RuntimeError("the server ended before it said where it is")


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """One server for all tests that do not stop theirs."""
    with serving(tmp_path_factory.mktemp("home")) as found:
        yield found


def launched(playwright):
    """Debian's Chromium, or Playwright's own."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))


@pytest.fixture(scope="session")
def chromium():
    """The browser that all tests of a session share."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


SERIOUS = ("serious", "critical")
"""What axe calls the findings that keep somebody out."""
ALL = (None, "minor", "moderate", *SERIOUS)
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""Of axe's rules the one whose finding depends on the colour scheme."""


def violations(page, impacts=ALL, options=None):
    """What axe-core finds on a page, of these impacts, by its rules: the places in HTML."""
    found = Axe().run(page, options=options).response["violations"]
    return {v["id"]: [n["html"][:300] for n in v["nodes"]] for v in found if v["impact"] in impacts}


class Windows:
    """Pages of a browser, each in a context of its own and used again once its person has left.

    A page that is loaded where it was loaded before is there in a third of the time.
    """

    def __init__(self, browser):
        self._browser = browser
        self._free = {}

    def take(self, size, locale):
        """A page as a person finds it who was never here."""
        if free := self._free.get((size, locale)):
            return free.pop()
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", locale=locale,
            reduced_motion="reduce",
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    def leave(self, page, size, locale):
        """Forgets what the person left behind, and keeps the page for the next one."""
        context = page.context
        for other in context.pages:
            if other != page:
                other.close()
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        context.clear_cookies()
        context.clear_permissions()
        self._free.setdefault((size, locale), []).append(page)


@pytest.fixture(scope="session")
def windows(chromium):
    """The pages that all tests of a session share, one after the other."""
    return Windows(chromium)


class Visit:
    """One person's browser, and what went wrong in it."""

    def __init__(self, windows, address, size="desktop", login=None, script=None,
                 locale="en-US"):  # fmt: skip
        self.size = size
        self.trouble = []
        self._windows, self._kind, self._changed = windows, (size, locale), script is not None
        self.page = windows.take(size, locale)
        self.context = self.page.context
        self.page.emulate_media(color_scheme="light")
        if script:
            self.page.add_init_script(script)
        self._heard = {"request": self._leaves, "response": self._fails, "pageerror": self._breaks}
        for event, hears in self._heard.items():
            self.page.on(event, hears)
        self.page.goto(address)
        if login:
            self._log_in(*login)
        self.page.locator("#box textarea[aria-label]").wait_for()

    def leave(self):
        """Closes the page; what happens in it from now on is nobody's trouble."""
        if self.page.is_closed():
            return
        for event, hears in self._heard.items():
            self.page.remove_listener(event, hears)
        if self._changed:
            self.context.close()
        else:
            self._windows.leave(self.page, *self._kind)

    def _log_in(self, user, password):
        self.page.get_by_label("username").fill(user)
        self.page.get_by_label("password").fill(password)
        self.page.get_by_role("button", name="Login").click()
        self.page.locator("#box").wait_for()
        self.trouble.clear()  # the page asked before anybody had logged in

    def _breaks(self, error):
        self.trouble.append(str(error))

    def _leaves(self, request):
        place = urlsplit(request.url)
        if place.scheme not in ("data", "blob") and place.hostname != "127.0.0.1":
            self.trouble.append(f"the page asked for {request.url}")

    def _fails(self, response):
        if response.status >= 400:
            self.trouble.append(f"{response.status} for {response.url}")

    def say(self, text, then=None):
        """Types a message, sends it with Enter, and waits until `then` stands in the chat."""
        box = self.page.get_by_role("textbox", name="What would you like to see?")
        box.fill(text)
        box.press("Enter")
        if then:
            self.sees(then)

    def sees(self, text):
        """Waits until a text stands in the chat, and the page is at rest."""
        try:
            self.page.locator("#chat").get_by_text(text).filter(visible=True).last.wait_for()
            self.page.get_by_role("button", name="Submit").wait_for()
        except TookTooLong as error:
            chat = self.page.locator("#chat").inner_text()
            raise AssertionError(f"“{text}” is not in a chat at rest:\n{chat}") from error

    def press(self, name):
        """Presses a button by its name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def open_drawer(self):
        """Opens the drawer and waits until it is filled in, of which the model comes last."""
        self.press("Advanced ▼")
        self.page.get_by_label("Lock this").wait_for()
        expect(self.page.locator("#drawer input[role=combobox]").last).not_to_have_value("")

    def under(self, number, name):
        """The button called `name` under the newest picture of that version."""
        row = self.page.get_by_role("group", name=f"Version {number}", exact=True).last
        if name not in RARE:
            return row.get_by_role("button", name=name, exact=True)
        if not row.locator(".rare[open]").count():
            row.locator(".rare > summary").click()
        return row.locator(f".rare [data-deed={RARE[name]}]")

    def mark(self, number):
        """Opens the brush under a version and draws a stroke across the middle of its picture."""
        self.under(number, "Mark a part").click()
        self.edits()
        box = self.page.locator("#brush canvas").first.bounding_box()
        self._stroke(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def touch(self, across, down):
        """Touches the current picture at a point, in shares of it."""
        picture = self.page.locator("#talk figure > img").last
        box = picture.bounding_box()
        picture.click(position={"x": box["width"] * across, "y": box["height"] * down})

    def edits(self, inked=(), clean=(), figure=-1):
        """Waits until the editor shows a picture, marked at some points and not at others.

        Points are shares of the picture, across and down; `figure` says which of those in the chat
        is edited.
        """
        canvas = self.page.locator("#brush canvas").first
        canvas.wait_for()
        self.page.locator("#brush button[aria-label=Undo]").wait_for()
        wanted = [(at, mix(self._colour(figure, at), INK[1])) for at in inked]
        wanted += [(at, mix(self._colour(figure, at), 0)) for at in clean]
        for _ in range(PATIENCE // 100):
            drawn = Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")
            if shows(drawn, wanted):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the editor never showed {wanted}")

    def _colour(self, figure, at):
        return self.page.locator("#talk figure > img").nth(figure).evaluate(PIXEL, at)

    def _stroke(self, x, y):
        way = [(x - 40 + 20 * step, y) for step in range(5)]
        if self.size == "phone":
            finger = self.context.new_cdp_session(self.page)
            for kind, points in [
                ("touchStart", way[:1]), *(("touchMove", [at]) for at in way), ("touchEnd", []),
            ]:  # fmt: skip
                touched = [{"x": a, "y": b} for a, b in points]
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
        else:
            self.page.mouse.move(*way[0])
            self.page.mouse.down()
            for at in way:
                self.page.mouse.move(*at)
            self.page.mouse.up()

    def pictures(self):
        """The sources of all pictures in the chat."""
        images = self.page.locator("#talk figure img")
        return [images.nth(index).get_attribute("src") for index in range(images.count())]

    def is_no_hurdle(self, impacts=ALL):
        """The page as it stands keeps nobody out, in either colour scheme."""
        assert violations(self.page, impacts) == {}
        with self.scheme("dark"):
            assert violations(self.page, impacts, CONTRAST) == {}

    @contextmanager
    def scheme(self, scheme):
        """For a while the page in that colour scheme."""
        for now in (scheme, "light"):
            self.page.emulate_media(color_scheme=now)
            dark = re.compile(r"\bdark\b")
            if self.page.locator("#page").count():
                shown = expect(self.page.locator("body"))
                (shown.to_have_class if now == "dark" else shown.not_to_have_class)(dark)
            self.page.wait_for_function(FINISH)
            if now == scheme:
                yield

    def sizes(self):
        """The page at each size of a window, one after the other, and then as it was."""
        for width, height in (*SIZES.values(), SIZES[self.size]):
            self.page.set_viewport_size({"width": width, "height": height})
            yield width, height

    def fits(self):
        """Nothing of the page as it stands is to be scrolled to, in a window of either size."""
        scrolls = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        for width, height in self.sizes():
            assert self.page.evaluate(scrolls) == [width, height]

    def shoot(self, state):
        """A screenshot in each colour scheme, if somebody asked for them."""
        if folder := os.environ.get("T2I_SCREENSHOTS"):
            for scheme in SCHEMES:
                with self.scheme(scheme):
                    self.page.wait_for_timeout(600)
                    self.page.screenshot(path=Path(folder) / f"{self.size}-{scheme}-{state}.png")


FINISH = """() => {
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
  fading.forEach((one) => one.finish());
  return fading.length === 0;
}"""
"""Takes colours that are still turning into others to their end; whether there were none left."""
PIXEL = """(image, [across, down]) => {
  const drawn = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
  drawn.drawImage(image, 0, 0);
  const x = Math.floor(across * image.naturalWidth), y = Math.floor(down * image.naturalHeight);
  return [...drawn.getImageData(x, y, 1, 1).data.slice(0, 3)];
}"""
"""The colour of a picture at a point."""


def mix(colour, dense):
    """A colour (three numbers of 0–255) under the brush's ink of that density (0–1)."""
    ink = bytes.fromhex(INK[0][1:])
    return [c * (1 - dense) + i * dense for c, i in zip(colour, ink, strict=True)]


def shows(drawn, wanted, tolerance=8):
    """Whether an editor's canvas shows a picture with these colours at these points.

    The picture lies in the middle of what is drawn, which is of one colour around it.
    """
    middle = drawn.height // 2
    around = drawn.getpixel((2, middle))
    row = [x for x in range(drawn.width) if drawn.getpixel((x, middle)) != around]
    if len(row) < 50:
        return False
    side = row[-1] - row[0]
    for (across, down), colour in wanted:
        place = row[0] + round(side * across), middle + round(side * (down - 0.5))
        found = drawn.getpixel(place)
        if max(abs(a - b) for a, b in zip(found, colour, strict=True)) > tolerance:
            return False
    return True


@pytest.fixture
def visit(windows, address):
    """Opens the page for one more person; at the end nothing may have gone wrong."""
    visits = []

    def opened(size="desktop", at=address, login=None, script=None, locale="en-US"):
        visits.append(Visit(windows, at, size, login, script, locale))
        return visits[-1]

    yield opened
    for one in visits:
        one.leave()
    assert [trouble for one in visits for trouble in one.trouble] == []
