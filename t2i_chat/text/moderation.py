"""Moderation (safety filter) by word lists: forbidden requests, false alarms, prompt injection.

Instructions to the program ("ignore your rules") are removed before the language model sees a
message; harmless phrases with an alarming word ("nude lipstick") are paraphrased for it. Only
phrases are matched; anything subtler is left to the language model.
"""

from __future__ import annotations

import re
from typing import Final

Kind = str
"""A key of `planning.line_grammar.REASONS`: sexual, minor, gore, hate or harm."""

_CHILD: Final = re.compile(
    r"\b(?:child|children|kids?|toddler|baby|babies|boys?|girls?|schoolgirl|schoolboy|teens?"
    r"|teenagers?|minors?|underage|preteen|(?:[1-9]|1[0-7])[- ]?(?:year|yr)s?[- ]old|loli|shota"
    r"|niñas?|niños?|menor|enfants?|fillettes?|kinder?|kindern|mädchen|bambin[aoie]|crianças?"
    r"|menin[ao]s?)\b|儿童|小孩|女孩|男孩|幼女|子供|少女|少年|बच्च|लड़की|طفل|طفلة|أطفال"
)
_SEXUAL: Final = re.compile(
    r"\b(?:porn\w*|hentai|nsfw|nudes?|naked|topless|sexual\w*|sexy|sexiest|sex|erotic\w*"
    r"|genitals|penis|vagina|masturbat\w+|orgasm|blowjob|bdsm|lewd|lingerie|undress\w*"
    r"|striptease|tits|boobs|seductive\w*|desnud[ao]s?|nackte?[nrs]?|nue?s?|nud[aio]|pelad[ao]s?)\b"
    r"|裸体|裸照|裸|色情|ヌード|ポルノ|नग्न|नंगी|عاري|عارية|إباحي"
)
_EXPLICIT: Final = re.compile(
    r"\b(?:porn\w*|hentai|nsfw|penis|vagina|masturbat\w+|orgasm|blowjob|having sex|sex scene"
    r"|boobs|sex act|genitals)\b|色情|ポルノ|إباحي"
)
_CLOTHES: Final = r"(?:clothes|clothing|bra|underwear|panties|bikini)"
_UNDRESS: Final = re.compile(
    r"\bundress (?:her|him|them|the (?:wo)?man|the girl)\b"
    rf"|\b(?:her|his|their|the (?:wo)?man'?s?|the girl'?s?)\b.{{0,12}}\b{_CLOTHES}\b.{{0,6}}\boff\b"
    rf"|\b(?:remove|strip|take off|lose)\b.{{0,10}}\b(?:her|his|their)\b.{{0,8}}\b{_CLOTHES}\b"
    r"|\bmake (?:her|him|them|the (?:wo)?man) (?:fully |completely )?(?:naked|nude|topless)\b"
)
_SOMEBODY: Final = (
    r"\b(?:my (?:ex\w*|(?:ex[- ])?(?:girlfriend|boyfriend|wife|husband)|neighbou?r|teacher|boss"
    r"|classmate|coworker|co-worker|colleague|sister|brother|mother|father|friend|cousin|aunt"
    r"|stepsister|crush|roommate|student)|celebrity|actress|actor|(?:pop ?|film )?star|singer"
    r"|politician|president|prime minister|princess \w+|influencer)\b"
)
_BARE: Final = r"\b(?:nude|naked|topless|undressed|without (?:any |her |his )?clothes)\b"
_EXPOSED: Final = re.compile(rf"{_BARE}.*{_SOMEBODY}|{_SOMEBODY}.*{_BARE}")
_GORE: Final = re.compile(
    r"\b(?:behead\w*|decapitat\w*|disembowel\w*|dismember\w*|mutilat\w+|skinned alive"
    r"|tortured to death|severed (?:head|limb)s?|guts (?:hanging|spilling|spilled))\b"
    r"|\bwith (?:his|her|their|its|the|a) (?:head|throat|legs?|arms?)s? (?:cut|chopped|ripped|blown"
    r"|torn|slit|hacked)\b"
    r"|\b(?:cut|chop|hack|rip|saw)\w* (?:off )?(?:his|her|their|the (?:wo)?man's) "
    r"(?:head|throat|arms?|legs?)\b(?!.{0,12}\b(?:hair|frame|picture)\b)"
)
_HATE: Final = re.compile(
    r"\b(?:kill|gas|exterminate|burn|lynch) (?:all |the |every )*(?:jews?|muslims?|christians?"
    r"|blacks|black people|whites|gays?|immigrants?|refugees|gypsies|disabled people|women)\b"
    r"|\b(?:jews?|muslims?|black people|gays?|immigrants?|refugees|gypsies)\b.{0,25}"
    r"\b(?:vermin|subhuman|exterminated|gassed|must die|should die|inferior)\b"
)
_PAPERS: Final = (
    r"(?:ids?|id cards?|identity cards?|passports?|driv(?:ing|er'?s?) licen[cs]es?|visas?"
    r"|banknotes?|money|bills?|certificates?|diplomas?|prescriptions?|police badges?|vaccine cards?"
    r"|student cards?)"
)
_HARM: Final = re.compile(
    rf"\b(?:fake|forged?|counterfeit|false)\b(?: \w+){{0,3}} {_PAPERS}\b"
    r"|\bdeep ?fakes?\b|\brevenge porn\b"
    r"|\b(?:how to|instructions? (?:for|to)|guide to|diagram of how to)\b.{0,20}"
    r"\b(?:build|make|making|building|cook|cooking)\b.{0,12}"
    r"\b(?:bombs?|explosives?|nerve (?:gas|agent)|meth|napalm|ghost gun)\b"
    r"|\bhow to (?:kill|hang|poison|drown) (?:myself|yourself|someone|somebody|my \w+)\b"
)
_SAME_WORD: Final = re.compile(
    r"\bsame[- ]sex\b|\bsex education\b|nude[- ](?:colou?r|pink|tone)|\bsexy (?:car|dress|beast)\b"
)
_TESTS: Final = (
    ("minor", re.compile(rf"(?s)(?=.*(?:{_CHILD.pattern}))(?=.*(?:{_SEXUAL.pattern}))")),
    ("sexual", _EXPLICIT),
    ("sexual", _UNDRESS),
    ("sexual", _EXPOSED),
    ("gore", _GORE),
    ("hate", _HATE),
    ("harm", _HARM),
)


def forbidden(text: str) -> Kind | None:
    """The reason for refusing a text that is clearly forbidden; None for all others."""
    plain = harmless(_SAME_WORD.sub(" ", text.lower()))
    return next((kind for kind, test in _TESTS if test.search(plain)), None)


_ALARMING: Final = re.compile(
    r"sex|nud|naked|nak|topless|strip|undress|breast|boob|tits|bra\b|pant(?:y|ies)|lingerie|porn"
    r"|erotic|lewd|clothes|xxx|nsfw|hentai|bikini|virgin|genital|butt|child|kid|girl|boy|teen|minor"
    r"|bab(?:y|ies)|blood|gore|gory|kill|murder|dead|death|die|dying|corpse|bod(?:y|ies)|head|tortur"
    r"|stab|cut|chop|shot|shoot|gun|rifle|hang|noose|guts|skin|brutal|violen|wound|mutilat|suicid"
    r"|slit|limb|nazi|hitler|swastika|klan|kkk|isis|terror|racis|jew|muslim|islam|christian|black"
    r"|white|gay|lesbian|trans|immigrant|refugee|gyps|disabled|subhuman|vermin|hate|genocid|lynch"
    r"|slave|propaganda|fake|forg|counterfeit|false|passport|licen[cs]e|money|banknote|certificate"
    r"|deepfake|bomb|explos|weapon|drug|meth|cocaine|heroin|poison|nerve|hurt|harm|ex\b|president"
    r"|politician|celebrity|real person|screenshot|steal|hack|weed|knife|attack|war\b"
)


def speaks_of_children(text: str) -> bool:
    """Whether any word refers to a minor."""
    return bool(_CHILD.search(text.lower()))


def alarming(text: str) -> bool:
    """Whether any word could justify a refusal; the model's refusal of other texts is a mistake."""
    return bool(_ALARMING.search(text.lower()))


_PHOTOS: Final = r"(?:photo|picture|portrait|video|film|selfie|close-up|scene)"
_PLAIN: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(rf"\b{alarm}\b", re.IGNORECASE), plain)
    for alarm, plain in (
        (r"nude[- ](?:colou?red|colou?r|toned?|shade|pink)", "beige"),
        (r"nude (?=lipstick|heels|high heels|nail|shoes|palette|eyeshadow|tights|blush|bag|dress)",
         "beige "),
        (r"(?:in|a) nude(?= (?:shade|tone|lipstick))", "in beige"),
        ("naked mole rats?", "mole rat"),
        ("naked (?=flames?|trees?|branches|walls?|bulbs?|light bulbs?|wires?|rocks?)", "bare "),
        (r"bloody mar(?:y|ies|ys)", "tomato cocktail"),
        ("blood oranges?", "red orange"),
        ("blood moon", "red moon"),
        ("killer whales?", "orca"),
        ("shooting stars?", "falling star"),
        (r"(?:photo|picture) ?shoots?", "photo session"),
        (rf"shoot(?=(?: me| us)? (?:a|an|the|some|another)?\s?{_PHOTOS})", "take"),
        ("head ?shots?", "portrait"),
        (r"(?:chicken|turkey|duck) breasts?", "poultry fillet"),
        ("breast pockets?", "chest pocket"),
        ("breast cancer", "cancer"),
        ("breast ?stroke", "swimming"),
        ("sex on the beach(?= cocktail| drink)", "peach"),
        ("murder of crows", "flock of crows"),
        ("murder mystery", "mystery"),
        (r"(?:great|blue|coal) tits?", "small bird"),
        ("pussy willows?", "willow catkins"),
        ("bath bombs?", "fizzing bath ball"),
        ("photo ?bomb(?:ed|ing|s)?", "sneaked in"),
        ("bomber jackets?", "flight jacket"),
        ("time bomb", "clock"),
        ("(?:water|toy|squirt) (?:gun|pistol)s?", "water squirter"),
        ("dead (?=trees?|leaves|leaf|grass|end|plants?|flowers?|branch|branches|battery)",
         "withered "),
        (r"deadlifts?", "weightlifting"),
        (r"kill (?=the (?:lights?|noise|background|glare|shadows?|reflections?|music))", "remove "),
        (r"blow up (?=the (?:photo|picture|image|balloons?))", "enlarge "),
        ("nail guns?", "nail tool"),
        ("glue guns?", "glue tool"),
        ("hit man", "man"),
        ("weather ?cocks?", "weather vane"),
        ("drop[- ]dead gorgeous", "gorgeous"),
    )
)  # fmt: skip
"""Harmless phrases with an alarming word, and their paraphrase for the language model."""


def harmless(text: str) -> str:
    """The text with harmless but alarming phrases paraphrased."""
    for pattern, plain in _PLAIN:
        text = pattern.sub(plain, text)
    return text


_MARKERS: Final = re.compile(r"<\|[^|>]{0,40}\|?>|\[/?INST\]|</?s>|<</?SYS>>")
_ROLE: Final = re.compile(r"\s*(?:system|assistant|developer|user|tool)\b\s*[:\n]?", re.IGNORECASE)
_ABOUT_RULES: Final = re.compile(
    r"(?:\b(?:please|now|and|also|from now on)\b\s*,?\s*)*"
    r"\b(?:(?:ignore|disregard|forget|override|bypass)\b[^.;:!?\n]{0,30}?"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|filters?|restrictions?)\b"
    r"|(?:always|only|just) (?:reply|answer|respond)s? (?:only )?with [\w'\"]+"
    r"|(?:(?:you are|you're) now|(?:act|behave) as) (?:an? )?"
    r"(?:unfiltered|unlocked|jailbroken|dan\b|developer mode|evil)[^.;:!?,\n]{0,40}"
    r"|(?:new|these are your|here are your) (?:system )?(?:instructions|rules)\b)"
    r"\s*(?:[.,;:!?\-–—]+|\band\b|\bthen\b)*\s*",
    re.IGNORECASE,
)  # fmt: skip


def without_orders(text: str) -> str:
    """The message without prompt injection: instructions to the program, chat-template markers.

    "" when nothing else is left. Text behind a chat template's role marker is removed as well.
    """
    pieces = _MARKERS.split(text)
    kept = pieces if len(pieces) == 1 else [piece for piece in pieces if not _ROLE.match(piece)]
    said = _ABOUT_RULES.sub(" ", " ".join(kept))
    return re.sub(r"[ \t]+", " ", said).strip(" ,;:")
