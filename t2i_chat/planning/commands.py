"""Parses unambiguous messages by regular expressions, without the language model.

Each pattern must match the whole message. Patterns about a picture apply only if there is one;
`validate` still checks the things and versions they name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from t2i_chat.core.actions import (
    Action,
    Add,
    Answer,
    Generate,
    Goto,
    Inpaint,
    Outpaint,
    Remove,
    Replace,
    Restyle,
    Undo,
    Upscale,
    Variation,
)
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.line_grammar import parse
from t2i_chat.planning.normalize import SHAPES, split
from t2i_chat.text.captions import head_noun, strip_article, things
from t2i_chat.text.colors import A_COLOUR

Found: TypeAlias = "re.Match[str]"
_Actions: TypeAlias = "Action | tuple[Action, ...] | None"
_Reading: TypeAlias = Callable[[Found, PlanContext], _Actions]

_POLITE: Final = re.compile(
    r"^(?:(?:hi|hey|hello|ok|okay|so|well|now|and|please|pls|just|hmm|no|oh)\b[\s,!.]*)+"
    r"|[\s,]*\b(?:please|pls|thanks|thank you|thx|ok)$"
)


def read(message: str, context: PlanContext) -> tuple[Action, ...]:
    """The actions of a message that matches a pattern; () for other messages."""
    bare = message.lower().strip(" .!")
    said = _POLITE.sub("", bare).strip(" .!,") or bare
    for pattern, reading in _PHRASES:
        found = pattern.fullmatch(said)
        asked = reading(found, context) if found else None
        if asked is not None:
            return asked if isinstance(asked, tuple) else (asked,)
    return ()


def _here(reading: Callable[[Found], Action]) -> _Reading:
    """A pattern for messages about an existing picture."""
    return lambda found, context: None if context.current is None else reading(found)


def _the(words: str) -> str:
    owned = words.split(" ", 1)[0] in ("the", "his", "her", "its", "their", "all", "both", "half")
    return words if owned else f"the {strip_article(words)}"


def _counted_back(back: int) -> _Reading:
    """A version counted from the newest."""

    def reading(_: Found, context: PlanContext) -> Action | None:
        number = max(context.captions, default=0) - back
        return Goto(version=number) if number >= 1 else None

    return reading


def _before(found: Found, context: PlanContext) -> Action | None:
    """The version before the first one that shows a thing, judged by captions."""
    noun = head_noun(found["what"]).rstrip("s")
    shown = [n for n, caption in sorted(context.captions.items()) if noun in caption.lower()]
    return Goto(version=shown[0] - 1) if noun and shown and shown[0] > 1 else None


def _asked(line: str) -> _Reading:
    """A fixed question about a picture, by its line ("ask|crop")."""
    return _here(lambda _: parse(line, "").actions[0])


_TAIL = re.compile(
    r"(?: (?:now|mate|bro|dude|completely|entirely|altogether|asap|too|as well|also|for me"
    r"|again))+$"
)


def _taken_away(found: Found, context: PlanContext) -> Action | None:
    """Removal of one thing, named in few words."""
    what = _TAIL.sub("", found["what"])
    if context.current is None or re.search(r"\b(?:and|but|then|with|from|so|to)\b", what):
        return None
    return Remove(target=what) if len(what.split()) < 6 else None


_REMOVED = re.compile(r"(?:remove|delete|erase|get rid of|take away|take out|no) [\w' -]+")
_PAINTED = re.compile(r"(?:make|paint|turn|colou?r) (?:the |his |her )?[\w' -]+ (?P<how>[\w-]+)")
_ADDED = re.compile(
    r"(?:add|put|draw|place)(?: in)? (?:an? |the |some )(?P<thing>[\w' -]+?)"
    r"(?: (?:in|on|at|next|behind|under|to|by|beside|near|above|around)\b.*)?"
)


def _that_too(found: Found, context: PlanContext) -> Action | None:
    """The last edit applied to another thing."""
    previous, what = (context.previous or "").lower().strip(" .!"), found["what"]
    if _REMOVED.fullmatch(previous):
        return Remove(target=what)
    if (painted := _PAINTED.fullmatch(previous)) is not None:
        return Inpaint(target=what, result=f"{painted['how']} {strip_article(what)}")
    return None


def _its_size(found: Found, context: PlanContext) -> Action | None:
    """A bare "bigger" refers to what was just added."""
    added = _ADDED.fullmatch((context.previous or "").lower().strip(" .!"))
    if added is None or context.current is None:
        return None
    thing = strip_article(added["thing"])
    return Inpaint(target=f"the {thing}", result=f"{found['how']} {thing}")


def _changed_mind(_: Found, context: PlanContext) -> Action | None:
    """Undo after "I don't like it", if the last action was a change."""
    return Undo() if context.previous and context.can_undo else None


def _other_version(_: Found, context: PlanContext) -> Action | None:
    """Of two versions "the other one"; with more it has to be asked."""
    others = [number for number in context.captions if number != context.current]
    if context.current is None or not others:
        return None
    return Goto(version=others[0]) if len(others) == 1 else parse("ask|version", "").actions[0]


def _posed(found: Found) -> Action:
    return Inpaint(target=found["who"], result=found["how"])


_VERBS: Final = (
    "smile|laugh|grin|frown|cry|wink|wave|nod|bow|sit|stand|lie|kneel|crouch|jump|run|walk|dance"
    "|fly|swim|sleep|yawn|sing|look|turn|hold|eat|drink|read|play|point|clap|hug|climb|float|stare"
)
_WHO: Final = r"(?P<who>him|her|them|he|she|they)"

_EDGE_OF: Final = {"left": "left", "right": "right", "above": "up", "below": "down"}
_COLOURED: Final = re.compile(rf"(?:the )?(?P<how>{A_COLOUR}) (?P<what>[\w'-]+)")


def _coloured(found: Found, context: PlanContext) -> tuple[Action, ...] | None:
    """Things of the picture, each with its new colour: "blue barn, green cows"."""
    shown = things(context.captions.get(context.current or 0, "").lower())
    said = [_COLOURED.fullmatch(part) for part in re.split(r",(?: and)? | and ", found.group())]
    if not all(part and part["what"] in shown for part in said):
        return None
    return tuple(
        Inpaint(target=f"the {part['what']}", result=f"{part['how']} {part['what']}")
        for part in said
        if part
    )


def _like(found: Found, context: PlanContext) -> Action | None:
    """Variations of the one version that a word singles out."""
    word = found["what"]
    fits = [n for n, caption in context.captions.items() if word in split(caption)]
    return Variation(of=fits[0], count=1) if len(fits) == 1 else None


_PHRASES: Final[tuple[tuple[re.Pattern[str], _Reading], ...]] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (r"\d+", lambda _, __: parse("ask|more", "").actions[0]),
        (
            (
                r"(?:remove|delete|erase|get rid of|take away|take out|cut out|lose) "
                r"(?:that|this|the) (?:thing|stuff|object)"
            ),
            _asked("ask|what"),
        ),
        (
            (
                r"(?:can you |could you |now )?"
                r"(?:remove|delete|erase|get rid of|take away|take out|lose|drop) "
                r"(?P<what>(?:the|all|every|both|one|his|her|their|my|that) [\w' -]+)"
            ),
            _taken_away,
        ),
        (r"(?:and |also |now )?(?P<what>the [\w' -]+?) (?:too|as well|also)", _that_too),
        (
            (
                r"(?:a bit |a little |much |way |even )?"
                r"(?P<how>bigger|smaller|larger|taller|longer|wider|thinner|brighter|darker)"
            ),
            _its_size,
        ),
        (r"[\w' -]+(?:(?:,| and) [\w' -]+)+", _coloured),
        (
            (
                r"(?:undo|undo (?:that|it)|go back)[\s,;:.-]+(?:it|that|this) (?:was|looked) "
                r"(?:\w+ )?(?:better|nicer|prettier|cooler|lovelier|best|fine|good)\b.*"
            ),
            _here(lambda _: Undo()),
        ),
        (
            r"i (?:really )?(?:didn't|didnt|did not|don't|dont) like that(?: one| change| at all)?",
            _changed_mind,
        ),
        (
            (
                r"(?:something|more|another one|some(?: more)?) like "
                r"the (?P<what>[\w-]+)(?: one| version| picture)"
            ),
            _like,
        ),
        (
            r"(?P<how>half[ -][\w-]+(?: \w+)?(?:,| and|, and) half[ -][\w-]+(?: \w+)?)",
            _here(lambda f: Restyle(result=f["how"])),
        ),
        (
            (
                r"what if (?:this|it|that|we) (?:was|were|is|are) (?:set |happening )?(?:in )?"
                r"(?P<when>the (?:year )?\d{2,4}s?|the (?:far )?(?:future|past)"
                r"|(?:the )?middle ages)\??"
            ),
            _here(lambda f: Restyle(result=f["when"])),
        ),
        (
            (
                r"(?:make it |i need it )?(?:big|large|sharp|good|fine|detailed) enough (?:for|to) "
                r"(?:print )?(?:an? )?(?:\w+ )?(?:posters?|print(?:ing)?|billboards?|banners?)"
            ),
            _here(lambda _: Upscale(factor=2)),
        ),
        (
            (
                r"what(?:'s| is) (?:to the |on the |out )?(?P<side>left|right|above|below)"
                r"(?: side)?(?: of)? (?:the|this|that|his|her) [\w' -]+\?"
            ),
            _here(lambda f: Outpaint.model_validate({"direction": _EDGE_OF[f["side"]]})),
        ),
        (
            (
                r"forget (?:it|that|this|the [\w' -]+?)[,;.:]? (?:just |now )?"
                r"(?:paint|draw|make|show me|create|give me) (?P<what>an? .+)"
            ),
            lambda found, _: Generate(prompt=found["what"]),
        ),
        (r"(?:crop|trim) (?:it|this|the (?:picture|image|photo))\b[^,;]*", _asked("ask|crop")),
        (
            (
                r"(?:show (?:it|me|this) |make it |paint it |can we see it )?(?:from |a view from )"
                r"(?P<view>above|below|behind|the side|the back|far away|another angle)"
            ),
            _here(lambda f: parse(f"ask|camera|seen from {f['view']}", "").actions[0]),
        ),
        (
            (
                r"(?:an? )?(?:close-?up|closeup)(?: of [\w' -]+)?"
                r"|an? (?:lower|higher|different|other|new) angle(?: would be \w+)?"
            ),
            _asked("ask|camera|closer"),
        ),
        (
            (
                r"(?:can|could|may|do) (?:you|i|we|u) (?:also |even )?"
                r"(?:paint|edit|use|upload|change|improve|work with|take) "
                r"(?:my(?: own)?|our|other|real|old) (?:photos?|pictures?|images?|drawings?)\??"
            ),
            lambda _, __: Answer(about="help"),
        ),
        (
            (
                r"you(?:'re| are) (?:so |very |really |too |a bit |quite )?(?:slow|fast|quick|great"
                r"|funny|stupid|silly|awesome|amazing|bad|good|useless|the best|a genius|clever)"
                r"(?: today| at this)?"
            ),
            lambda _, __: Answer(),
        ),
        (
            (
                r"(?:ha(?:ha)+|lol|lmao|hehe|rofl)\b(?!.*\b(?:make|add|put|remove|delete|turn|change"
                r"|paint|draw|give|undo|more|less|but|now|can|could|should|want|need|without)\b).*"
            ),
            lambda _, __: Answer(),
        ),
        (r"(?:the |that )?other (?:version|picture|image)", _other_version),
        (
            r"(?:replace|swap|exchange) (?:that|this) (?:with|for|by|against) [\w' -]+",
            _asked("ask|what"),
        ),
        (
            (
                r"(?:many |ok |okay |great,? |perfect,? )?(?:thanks|thank you|thx|ty)"
                r"(?: so much| very much| a lot| again)?"
            ),
            lambda _, __: Answer(about="thanks"),
        ),
        (r"how (?:do|can|could) (?:i|we|you|one) [^?]+\??", lambda _, __: Answer(about="help")),
        (
            (
                r"why (?:is|are|was|were|do|does|did|has|have) [^?]+\??"
                r"|(?:is|are) there (?:an?|any|some) [^?]+\?"
                r"|what (?:is|are) (?:that|those|this) [^?]+\?"
            ),
            lambda _, __: Answer(about="changes"),
        ),
        (
            r"(?:did|have) (?:you|we) (?:just |already |really )?[^?]+\?",
            lambda _, __: Answer(about="changes"),
        ),
        (
            r"(?:leave|keep) (?:it|this|that|everything) (?:like (?:this|that)|as it is|that way)",
            lambda _, __: Answer(),
        ),
        (
            (
                r"(?:(?:go )?back to |show(?: me)? |use |take |i want )?"
                r"(?:the )?(?:second[- ](?:to[- ])?last|last but one|penultimate|next to last)"
                r"(?: one| version| picture)?(?: again)?"
            ),
            _counted_back(1),
        ),
        (
            (
                r"(?:(?:go )?back to |show(?: me)? |use |take |i want )?"
                r"(?:the )?(?:last|latest|newest|most recent) (?:one|version|picture)"
            ),
            _counted_back(0),
        ),
        (
            (
                r"(?:(?:go )?back to |show(?: me)? )?(?:v|version |number )(?P<n>\d{1,4})"
                r"(?: again)?"
            ),
            lambda found, _: Goto(version=max(int(found["n"]), 1)),
        ),
        (
            (
                r"(?:.{0,30}\b)?before (?:it was|it got|it became|it turned|there was|there were"
                r"|(?:you|we|i) (?:added|put in|asked for|painted)|the|an?)(?: the| an?)? ?"
                r"(?P<what>[\w' -]+?)(?: was there| were there| was added| came| appeared)?"
            ),
            _before,
        ),
        (
            (
                r"instead of (?P<old>(?:the |an? |this |that )?[\w' -]+?),? (?:i want|i'd like|put"
                r"|paint|have|use|make it|give me|let's have) (?P<new>(?:an? |the |some )?[\w' -]+)"
            ),
            _here(lambda f: Replace(target=_the(f["old"]), result=f["new"])),
        ),
        (
            (
                r"(?:i (?:asked for|wanted|said|meant) )?(?P<new>an? [\w' -]+?),? (?:and )?not "
                r"(?P<old>an? [\w' -]+)"
            ),
            _here(lambda f: Replace(target=_the(f["old"]), result=f["new"])),
        ),
        (
            (
                r"(?P<what>(?:the|all|both|half of the|his|her)(?: [\w'-]+){1,4}?) "
                r"(?:has to go|have to go|must go|should go|needs? to go|gotta go|bothers? me"
                r"|(?:is|are) in the way|(?:is|are) distracting|out of there|out of the picture)"
            ),
            _here(lambda f: Remove(target=f["what"])),
        ),
        (
            r"(?P<what>the [\w'-]+(?<!light)(?<!lights)) out",
            _here(lambda f: Remove(target=f["what"])),
        ),
        (
            (
                r"(?:i miss|i'm missing|it needs|it lacks|it's missing|you forgot|there's no) "
                r"(?P<what>an? [\w' -]+)"
            ),
            _here(lambda f: Add(result=f["what"])),
        ),
        (
            rf"(?:have|make|let|get) {_WHO} (?:to )?(?P<how>(?:{_VERBS})\b[\w' -]*)",
            _here(_posed),
        ),
        (
            rf"(?:i want|i'd like|i would like) {_WHO} to (?P<how>(?:{_VERBS})\b[\w' -]*)",
            _here(_posed),
        ),
        (
            rf"{_WHO} (?:should|could|must|has to|needs to) (?P<how>(?:{_VERBS})\b[\w' -]*)",
            _here(_posed),
        ),
        (
            (
                r"(?P<what>(?:eyes|arms|legs|hands|mouth|wings) (?:closed|open|crossed|shut|up|down"
                r"|raised|folded|spread))"
            ),
            _here(lambda f: Inpaint(target=f"the {f['what'].split()[0]}", result=f["what"])),
        ),
        (
            (
                r"(?:i (?:need|want) (?:it|this) |make (?:it|this) |upscale (?:it )?)?(?:in |to )?"
                r"(?:4k|uhd|ultra hd)(?: version| resolution)?"
            ),
            _here(lambda _: Upscale(factor=4)),
        ),
        (
            r"(?:pull the camera (?:back|out)|zoom out)(?: a (?:bit|little))?",
            _here(lambda _: Outpaint()),
        ),
        (
            (
                r"(?:extend|expand|widen|stretch|outpaint|continue) "
                r"(?:it|this|the (?:picture|image|photo|scene|frame)) (?:out )?(?:to|into) "
                r"(?:a )?(?P<shape>\d{1,2}:\d{1,2}|square|widescreen|panorama|portrait|landscape)"
                r"(?: format| shape)?"
            ),
            _here(lambda f: Outpaint(aspect_ratio=SHAPES.get(f["shape"], f["shape"]))),
        ),
    )
)
"""Patterns and what they mean; a function that returns None leaves it to the language model."""
