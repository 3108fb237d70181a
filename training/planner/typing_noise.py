"""Data augmentation of requests: politeness, slang, typing errors, case; the meaning stays."""

from __future__ import annotations

import random

ASKING = (
    "please ",
    "pls ",
    "plz ",
    "can you ",
    "could you ",
    "could you please ",
    "can u ",
    "i want you to ",
    "would you ",
    "i'd like you to ",
    "let's ",
    "just ",
    "hey can you ",
    "now ",
    "and ",
    "also ",
    "ok now ",
    "then ",
    "can you please ",
    "will you ",
    "next, ",
    "would you mind to ",
    "please could you ",
    "can you maybe ",
    "could we ",
    "i need you to ",
    "you should ",
    "try to ",
    "go ahead and ",
    "kindly ",
    "do me a favour and ",
    "if possible, ",
    "quickly ",
    "hey computer, ",
    "ok assistant, ",
    "hi there can you ",
    "cn u ",
    "cud u ",
    "lets ",
)
"""What may stand before an order."""
BEFORE = (
    "hey, ",
    "ok, ",
    "hmm, ",
    "um ",
    "maybe ",
    "actually, ",
    "ok so ",
    "yo ",
    "alright, ",
    "nice. ",
    "love it! ",
    "not bad, but ",
    "good, ",
    "cool, ",
    "please, ",
    "hi! ",
    "great. ",
    "well, ",
    "wait, ",
    "oh, ",
    "right, ",
    "so, ",
    "hmm ok, ",
    "uh, ",
    "uhm ",
    "oh and ",
    "one more thing: ",
    "dude, ",
    "bro ",
    "sorry, ",
    "wow nice. ",
    "better. ",
    "almost! ",
    "perfect, but ",
    "lovely, ",
    "no wait, ",
    "ah, ",
    "you know what, ",
    "quick one: ",
)
"""What may stand before anything."""
ORDERS = frozenset(
    """make turn change add put remove delete erase replace swap give draw paint create generate
    show undo redo go take use set let have get move extend expand upscale enlarge fix write zoom
    crop rotate flip darken brighten blur sharpen place insert drop lose hide cover fill switch
    convert render try widen shift bring open close clean repaint redraw colour color dye""".split()
)
"""First words of orders, before which "can you" is good English."""
AFTER = (
    " please",
    " pls",
    " plz",
    " thanks",
    " thx",
    " thank you",
    "!",
    "!!",
    ".",
    " :)",
    " ok?",
    ", please",
    " if you can",
    " for me",
    " now",
    " asap",
    " lol",
    " :D",
    "...",
    " pretty please",
    ", thank you",
    " thank u",
    " k?",
    " would you?",
    " xx",
    "?",
    " haha",
    " when you can",
    " this time",
    ", cheers",
    "!!!",
    " ;)",
    " then",
)
FILLERS = ("uh", "um", "like", "you know", "i mean", "so", "well", "kind of", "erm")
"""What slips into a sentence spoken aloud."""
SLANG = {
    "you": "u",
    "please": "plz",
    "are": "r",
    "want to": "wanna",
    "going to": "gonna",
    "give me": "gimme",
    "because": "cuz",
    "really": "rly",
    "picture": "pic",
    "with": "w/",
    "without": "w/o",
    "and": "&",
    "remove": "rm",
    "background": "bg",
    "colour": "color",
    "grey": "gray",
    "something": "smth",
    "the": "da",
    "a bit": "a lil",
    "little": "lil",
    "that": "dat",
    "this": "dis",
    "for": "4",
    "to": "2",
    "be": "b",
    "something else": "sth else",
    "what": "wat",
    "better": "bettr",
    "people": "ppl",
    "right": "rite",
    "black and white": "b&w",
    "change": "chg",
    "don't want": "dont wanna",
    "have to": "gotta",
    "should": "shud",
    "it is": "its",
    "i am": "im",
    "photo": "foto",
    "image": "img",
    "because of": "cos of",
}
KEYS = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "s": "d", "r": "t", "l": "k"}


def say(message: str, rng: random.Random, polite: bool = True) -> str:
    """The message as somebody might type it."""
    if polite and rng.random() < 0.22:
        order = message.split(" ", 1)[0].lower() in ORDERS
        message = rng.choice(ASKING if order and rng.random() < 0.7 else BEFORE) + message
    if polite and rng.random() < 0.2 and not message.endswith(("?", "!", ".")):
        message += rng.choice(AFTER)
    if rng.random() < 0.05:
        message = _slang(message, rng)
    if polite and rng.random() < 0.06:
        message = _dictated(message, rng)
    if rng.random() < 0.13:
        for _ in range(rng.choice((1, 1, 2))):
            message = _typo(message, rng)
    return _case(message, rng)


def _dictated(message: str, rng: random.Random) -> str:
    """As a phone hears it: no signs, and a filler now and then."""
    kept = "".join(c for c in message if c.isalnum() or c in " '’:|-=.\"“”/")
    words = kept.rstrip(".").split()
    if len(words) > 3 and rng.random() < 0.6:
        words.insert(rng.randrange(1, len(words) - 1), rng.choice(FILLERS))
    return " ".join(words).lower()


def _slang(message: str, rng: random.Random) -> str:
    fitting = [word for word in SLANG if f" {word} " in f" {message} "]
    if not fitting:
        return message
    word = rng.choice(fitting)
    return f" {message} ".replace(f" {word} ", f" {SLANG[word]} ").strip()


def _typo(message: str, rng: random.Random) -> str:
    places = [i for i in range(1, len(message) - 1) if message[i - 1 : i + 2].isalpha()]
    if not places:
        return message
    at = rng.choice(places)
    before, here, after = message[:at], message[at], message[at + 1 :]
    return rng.choice(
        (
            before + after,
            before + here + here + after,
            before + after[0] + here + after[1:],
            before + KEYS.get(here, here) + after,
        )
    )


def _case(message: str, rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.4:
        return message[:1].upper() + message[1:]
    if roll < 0.43:
        return message.upper()
    if roll < 0.47:
        return message.rstrip(".!")
    return message
