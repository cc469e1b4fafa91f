"""Words that mean the same at a door: colours in English and Hindi, and clothing sizes.

Only what two people would call the same thing: navy is no blue, off-white is no cream. A rulebook
may bring a list of its own under the same name, which then stands instead of the one here.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from qcportal.rules.comparators import letters_of
from qcportal.rules.phrases import bare

COLOURS = "colours"
SIZES = "sizes"

_COLOURS = (
    ("black", "jet black", "काला", "काली", "काले", "ब्लैक", "kala", "kaala", "kali"),
    ("white", "सफेद", "श्वेत", "व्हाइट", "safed", "safaid"),
    ("red", "लाल", "रेड", "lal", "laal"),
    ("blue", "नीला", "नीली", "नीले", "ब्लू", "neela", "neeli", "nila"),
    ("navy", "navy blue", "नेवी", "नेवी ब्लू"),
    ("dark blue", "गहरा नीला", "gehra neela", "gahra neela"),
    ("light blue", "हल्का नीला", "halka neela"),
    ("royal blue", "रॉयल ब्लू"),
    ("sky blue", "sky", "आसमानी", "स्काई ब्लू", "aasmani", "asmani"),
    ("turquoise", "फिरोजी", "firozi", "feroza", "phirozi"),
    ("teal", "टील"),
    ("indigo", "इंडिगो"),
    ("green", "हरा", "हरी", "हरे", "ग्रीन", "hara", "hari"),
    ("dark green", "गहरा हरा", "gehra hara", "gahra hara"),
    ("light green", "हल्का हरा", "halka hara"),
    ("bottle green", "बॉटल ग्रीन"),
    ("parrot green", "तोतिया", "totiya"),
    ("olive", "olive green", "जैतूनी", "ऑलिव", "jaituni"),
    ("henna", "henna green", "mehendi", "mehndi", "mehndi green", "मेहंदी"),
    ("mint", "mint green", "पुदीना", "मिंट"),
    ("yellow", "पीला", "पीली", "पीले", "येलो", "peela", "peeli", "pila"),
    ("lemon", "lemon yellow", "नींबू", "नींबुई", "nimbu", "neembu"),
    ("mustard", "mustard yellow", "सरसों", "मस्टर्ड", "sarson"),
    ("orange", "नारंगी", "संतरी", "ऑरेंज", "narangi", "santri"),
    ("saffron", "केसरिया", "भगवा", "kesariya", "kesari", "bhagwa"),
    ("rust", "जंग", "रस्ट"),
    ("pink", "गुलाबी", "पिंक", "gulabi"),
    ("hot pink", "rani", "rani pink", "रानी"),
    ("magenta", "मैजेंटा"),
    ("peach", "आड़ू", "पीच"),
    ("coral", "मूंगिया", "कोरल", "moongiya"),
    ("purple", "violet", "बैंगनी", "जामुनी", "पर्पल", "baingani", "jamuni"),
    ("lavender", "लैवेंडर"),
    ("lilac", "लाइलैक"),
    ("maroon", "मैरून", "mehroon"),
    ("wine", "wine red", "burgundy", "वाइन", "बरगंडी"),
    ("brown", "भूरा", "भूरी", "भूरे", "ब्राउन", "bhura", "bhoora"),
    ("chocolate", "chocolate brown", "चॉकलेटी", "चॉकलेट"),
    ("coffee", "coffee brown", "कॉफी"),
    ("tan", "टैन"),
    ("khaki", "खाकी", "khakhi"),
    ("beige", "बेज"),
    ("cream", "क्रीम"),
    ("ivory", "आइवरी", "हाथीदांत"),
    ("off white", "ऑफ व्हाइट", "मटमैला सफेद"),
    ("almond", "बादामी", "badami"),
    ("grey", "gray", "स्लेटी", "सलेटी", "धूसर", "ग्रे", "sleti", "saleti"),
    ("dark grey", "dark gray", "गहरा स्लेटी", "गहरा ग्रे"),
    ("light grey", "light gray", "हल्का स्लेटी", "हल्का ग्रे"),
    ("charcoal", "charcoal grey", "charcoal gray", "चारकोल"),
    ("gold", "golden", "सुनहरा", "सुनहरी", "गोल्ड", "गोल्डन", "sunehra", "sunahra", "sunehri"),
    ("rose gold", "रोज गोल्ड"),
    ("silver", "चांदी", "रुपहला", "सिल्वर", "chandi", "chaandi"),
    ("copper", "तांबा", "तांबई", "कॉपर", "tamba"),
    ("bronze", "कांसा", "ब्रॉन्ज", "kansa"),
    (
        "multicolour", "multicolor", "multicoloured", "multicolored", "multi", "बहुरंगी", "रंगबिरंगा",
        "मल्टीकलर", "bahurangi", "rangbiranga",
    ),
    ("transparent", "clear", "see through", "पारदर्शी", "ट्रांसपेरेंट", "pardarshi"),
)  # fmt: skip
_SIZES = (
    ("xxs", "2xs", "xx small", "extra extra small"),
    ("xs", "x small", "extra small", "एक्सएस", "एक्स्ट्रा स्मॉल"),
    ("s", "small", "छोटा", "छोटी", "स्मॉल", "chhota", "chota"),
    ("m", "med", "medium", "मध्यम", "मीडियम", "madhyam"),
    ("l", "large", "बड़ा", "बड़ी", "लार्ज", "bada"),
    ("xl", "x large", "extra large", "एक्सएल", "एक्स्ट्रा लार्ज"),
    ("xxl", "2xl", "xx large", "2x large", "double xl", "double extra large", "extra extra large",
     "डबल एक्सएल"),
    ("xxxl", "3xl", "xxx large", "3x large", "triple xl", "triple extra large", "ट्रिपल एक्सएल"),
    ("xxxxl", "4xl", "4x large"),
    ("xxxxxl", "5xl", "5x large"),
    ("free size", "free", "one size", "one size fits all", "os", "fs", "फ्री साइज"),
)  # fmt: skip
BUILT_IN: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {COLOURS: _COLOURS, SIZES: _SIZES}
)


def others(
    word: str, lists: Mapping[str, tuple[tuple[str, ...], ...]], name: str
) -> tuple[str, ...]:
    """Give the other words that mean the same as `word` in the list `name`, in its order.

    A list of that name in `lists` takes the place of the built-in one; an unknown name, like a
    word that stands in no group, gives nothing. Words are recognised as values are compared.
    """
    groups = lists[name] if name in lists else BUILT_IN.get(name, ())
    known = _others_by_letters(groups)
    return known.get(letters_of(word)) or known.get(letters_of(bare(word)), ())


@lru_cache(maxsize=512)
def _others_by_letters(groups: tuple[tuple[str, ...], ...]) -> Mapping[str, tuple[str, ...]]:
    together: dict[str, dict[str, str]] = {}
    for group in groups:
        spelt = {letters: word for word in reversed(group) if (letters := letters_of(word))}
        for letters in spelt:
            together.setdefault(letters, {}).update(dict(reversed(spelt.items())))
    return {
        letters: tuple(word for each, word in words.items() if each != letters)
        for letters, words in together.items()
    }
