"""English morphology and word lists for prompt rewriting: articles, plurals, prepositions."""

from __future__ import annotations

ARTICLES = frozenset(["a", "an"])
DETERMINERS = ARTICLES | frozenset(
    """the some this these those every each another any my your his her its our their no
    both several many few all""".split()
)
NUMBERS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve twenty hundred dozen dozens
    hundreds thousands""".split()
)
JOINTS = frozenset(
    """and or with of in on at by to from into onto under beneath below over above near next beside
    behind before after between among amongst around through across along against inside outside
    within without upon towards toward up down off out for like as front during amid beyond past
    but while where when""".split()
)
"""Prepositions and conjunctions, which separate things."""
LEADING = frozenset(
    """and or with of next to beside near behind before front above over under beneath below
    between from for like as but along around against""".split()
)
"""Joints that are dropped at the beginning of a prompt."""
PLACING = frozenset(
    """in on at with of by near from through into under over behind beside above like for across
    around against below beneath inside upon""".split()
)
"""Joints after which a noun needs its article."""
PRONOUNS = frozenset(
    """i you he she it we they me him them us who that which whom whose himself herself
    itself""".split()
)
VERBS = PRONOUNS | frozenset(
    """is are was were be been being am has have had do does did can could will would shall should
    may might must not sits sit sat stands stand stood walks walk runs run flies flying swims swim
    sleeps sleep plays play eats eat jumps jump looks look floats float rides ride holds hold wears
    wear reads read lies lie hangs hang shines shine grows grow goes go comes come lives live makes
    make made paint paints draw draws show shows filled surrounded covered dressed lit gets get
    chases chase carries carry fights fight hunts hunt meets meet hugs hug kisses kiss sees see
    drives drive crosses leads lead gives give takes take wants want feeds feed pulls
    pull""".split()
)
"""Words that end a noun phrase."""
ALSO_VERBS = frozenset(
    """bear fly watch ring saw ram duck crane swallow steer drake fawn lark ski surf camp shelter
    ruin cook guard pilot judge captain host tank slide swing bat sink ship shower hail gale mole
    pike beam plant weed leaf fern bud sprout shoot branch stick toast ham barrel bin pan pot dish
    bottle net cage box cap mask crown sack pack purse package parcel dial drum fiddle bomb rocket
    sail canoe raft punt paddle drone glide kite balloon bubble smoke steam star comb plough plow
    mower cart wheel cycle bike tram trolley trailer pool stream brook pier dock port coast shore
    cove moor yard park path trail lane mat cushion seat bench table desk chair lamp torch book
    record letter map journal safe trunk shelf locker drawer closet steps fence sign banner heart
    lounge field hill mine quarry forge grill blaze flame roast pickle squash snack jam cream
    honey crop hay grub worm bug lock slug seal hog badger hound rook hawk buck cub calf kid
    parent father mother nurse tailor coach train miss witch spirit shadow fairy""".split()
)
"""Nouns that may be verbs: "a bird flies", "to watch"."""
QUALITIES = frozenset(
    """tall short long wide narrow thin thick fat slim new young ancient modern medieval elderly
    hot cold warm cool icy frozen wet dry sunny rainy snowy foggy misty cloudy windy stormy starry
    heavy light dense deep shallow high low far near same other first second third last next main
    whole half full empty open closed broken clear bright dim shiny shining sparkling glittering
    sharp round square flat curved straight soft hard smooth rough fluffy furry hairy woolly silky
    fancy elegant gorgeous stunning amazing awesome epic fantastic wonderful great good bad best
    nice fine perfect real true fake funny silly sad angry scary creepy spooky evil mean kind
    brave proud shy lazy sleepy hungry tired busy wild tame free lost lonely alone single double
    royal noble rich poor famous secret mysterious strange weird odd rare common normal
    ordinary simple plain complex tropical rural urban floral cosmic surreal abstract vintage
    antique futuristic fresh ripe rotten juicy sweet sour salty spicy tasty delicious raw dead
    living alive green-eyed asleep awake more most less very too so really quite super extra ultra
    such just only also quietly together again colorful bare bushy spotted striped dotted checkered
    multicoloured multicolored rainbow-coloured steep sandy rocky grassy leafy muddy dusty dirty
    clean neat messy noisy quiet gloomy moody dramatic romantic festive cinematic realistic
    photorealistic hyperrealistic lush left right middle top bottom upper lower big small huge tiny
    little large giant enormous gigantic massive miniature mini""".split()
)
"""Common adjectives, so that none is mistaken for a thing."""
NEUTRAL = frozenset(
    """picture pictures image images painting paintings drawing drawings illustration photo photos
    photograph portrait sketch scene scenery view landscape background foreground distance
    horizon style art artwork manner mood atmosphere light lights lighting shadow shadows
    colour colours color colors detail details side sides corner edge centre center middle
    front back top bottom left right way kind sort type piece pieces lot lots bit group bunch
    pair herd flock pack row line number crowd few little couple set series air weather nature
    world time moment season watercolour watercolor oil acrylic pastel cartoon comic anime
    manga render poster canvas wallpaper version closeup close-up silhouette composition
    quality resolution perspective tone tones palette thing things something everything nothing
    anything shot lens focus theme look touch hint sense feeling feel use help lines shape
    shapes pattern patterns texture rest end beginning
    part sunlight lamplight candlelight firelight shade wind breeze dew echo""".split()
)
"""Words about pictures, amounts and places, which are never things."""
MANNERS = frozenset(["style", "art", "theme", "look", "aesthetic"])
"""Neutral words that make a noun before them a style: "comic book style"."""
DEPICTIONS = frozenset(["statue", "sculpture", "map", "figurine", "letter", "model"])
"""Things that depict another: "a statue of a lion" is painted as the lion."""
UNCOUNTED = frozenset(
    """bread cheese coffee tea milk juice wine beer soup meat butter hay straw corn rice money
    treasure smoke steam ice food fruit furniture jewellery jewelry seaweed moss ivy coral bamboo
    maize barley rye oats grain wool cattle poultry popcorn chocolate candy pasta lunch dinner
    breakfast supper lava toast jelly cereal porridge baggage yarn coal rubble treasury cash loot
    sunshine champagne traffic foliage drizzle hail sleet lightning thunder twilight darkness
    space haze smog midday nightfall nighttime rainfall""".split()
)
"""Nouns without "a"."""

_IRREGULAR = {
    "people": "person", "children": "child", "mice": "mouse", "geese": "goose", "oxen": "ox",
    "cacti": "cactus", "fungi": "fungus", "octopi": "octopus", "teeth": "tooth", "feet": "foot",
    "larvae": "larva",
}  # fmt: skip
_NOT_QUALITY = frozenset(["bed", "seed", "weed", "reed", "shed", "sled", "thread", "feed"])
_PARTICIPLE_LIKE = frozenset(
    "thing nothing something king wing string spring ceiling evening morning building".split()
)


def article(words: str) -> str:
    """Returns "a" or "an" as pronounced before these words."""
    first = words.lower()
    if first.startswith(("uni", "ufo", "eu", "one", "use", "ukulele", "u-")):
        return "a"
    return "an" if first.startswith(("a", "e", "i", "o", "u", "hour", "heir", "honest")) else "a"


def singulars(words: str) -> tuple[str, ...]:
    """Possible singulars of `words`, likeliest first: "grey wolves" → "grey wolf"."""
    *before, last = words.split(" ")
    return tuple(" ".join([*before, one]) for one in _singulars(last) if one != last)


def _singulars(word: str) -> tuple[str, ...]:
    if word in _IRREGULAR:
        return (_IRREGULAR[word],)
    if word.endswith("men"):
        return (word[:-2] + "an",)
    if not word.endswith("s") or word.endswith(("ss", "us", "'s", "’s")) or len(word) < 4:
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("ves"):
        return (word[:-3] + "f", word[:-3] + "fe", word[:-1])
    return (word[:-1], word[:-2]) if word.endswith("es") else (word[:-1],)


def is_participle(word: str) -> bool:
    """Whether a word tells what somebody is doing: "running"."""
    return word.endswith("ing") and len(word) > 4 and word not in (*_PARTICIPLE_LIKE, *NEUTRAL)


def is_quality(word: str) -> bool:
    """Whether a word says how something is rather than what: "gorgeous", "painted", "slowly"."""
    endings = ("ly", "ful", "ous", "ish", "less", "ive", "able", "ible", "ed", "ier", "iest", "'s")
    return word in QUALITIES or (word.endswith((*endings, "’s")) and word not in _NOT_QUALITY)
