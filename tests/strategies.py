"""What people, and people who mean harm, may type: strategies for Hypothesis.

from tests.strategies import hostile_text
@given(hostile_text())
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from hypothesis import example
from hypothesis import strategies as st

#: Controls, bidirectional marks and overrides, zero-width characters, private use.
INVISIBLE = (
    "\x00\x01\x07\x08\x0e\x1b\x1f\x7f\x80\x9f\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2064\u2066\u2067\u2068\u2069\u206a\u206f\ufeff"
    "\ufff9\ufffb\ue000\uf8ff\U000e0001\U000e0041\U000e007f\U000f0000"
)
#: Zero-width characters that stay out of sight inside a word.
ZERO_WIDTH = (
    "\u200b\u200c\u200d\u2060\ufeff\xad\u200e\u202e\u034f\u115f\u180e\u3164\ufe00\ufe0f\ufffc"
    "\U000e0100\U000e0141"
)
LINE_ENDS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
#: Look blank, though Unicode counts them as letters, marks or symbols.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe0f"
#: Hides a mention, says something unseen, or brings the rest out of sight; and what is seen and was
#: taken for unseen. Short enough for every form.
PAYLOADS = (
    "@everyone\u0301",
    "@e\u0338very\u20ddone",
    "Yes." + "".join(chr(0xE0100 + letter) for letter in b"and pay me"),
    "Yes." + "\n\u2800" * 40 + "\nAnd more.",
    "Yes." + " \u2800" * 25 + "and more.",
    "Yes. e" + "\u0301" * 60,
    "\u0600\u0661\u0662 \u06dd \u070f\u0710",
)
ZALGO = "".join(map(chr, [*range(0x0300, 0x0370), 0x0489, 0x064B, 0x0E47, 0x20DD]))

_ID = st.integers(min_value=10**16, max_value=2**63 - 1).map(str)
_NAME = st.from_regex(r"[a-z][a-z0-9_]{1,15}", fullmatch=True)

MENTIONS = st.one_of(
    st.sampled_from(["@everyone", "@here", "@EVERYONE", "@Here", "<id:customize>", "<id:guide>"]),
    _ID.map("<@{}>".format),
    _ID.map("<@!{}>".format),
    _ID.map("<@&{}>".format),
    _ID.map("<#{}>".format),
    st.builds("</{}:{}>".format, _NAME, _ID),
    st.builds("</{} {}:{}>".format, _NAME, _NAME, _ID),
    st.builds("<:{}:{}>".format, _NAME, _ID),
    st.builds("<a:{}:{}>".format, _NAME, _ID),
)
LINKS = st.one_of(
    st.builds(
        "{}://{}.org/{}".format,
        st.sampled_from(["http", "https", "HTTPS", "steam", "discord", "ftp"]),
        _NAME,
        _NAME,
    ),
    _NAME.map("www.{}.org".format),
    _NAME.map("mailto:{}@example.org".format),
    st.builds(
        "{}/{}".format,
        st.sampled_from(
            ["discord.gg", "Discord.GG", "discord.com/invite", "discordapp.com/invite"]
        ),
        _NAME,
    ),
    st.builds("[{}](https://{}.org)".format, _NAME, _NAME),
    st.builds("[{}](<https://{}.org>)".format, _NAME, _NAME),
)

EMOJI = (
    "👨‍👩‍👧‍👦",
    "👩🏽‍🚀",
    "🧑🏿‍🤝‍🧑🏻",
    "🏳️‍🌈",
    "🏳️‍⚧️",
    "🏴‍☠️",
    "❤️‍🔥",
    "👁️‍🗨️",
    "🙂‍↔️",
    "🧑‍⚕️",
    "✊🏾",
    "🇵🇸",
    "🇲🇽",
    "3️⃣",
    "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
)
#: Whole sentences that nobody should be told to write otherwise.
SENTENCES = (
    "I can't make it on Tuesday; please say I support the proposal (with the change from #3).",
    "Costs are 50/50, i.e. £12.40 each — see you at 18:30?",
    "Say this: “We won't be at the gate. We'll be at the kitchen.”",
    "Rent < wages, and that's 100% of it. <3",
    "My e-mail's at the info desk @ the hall, ask there.",
    "No puedo ir mañana. ¿Podrían decir que apoyo la huelga? ¡Gracias!",
    "La compañera dijo: «no me nombren».",
    "لا أستطيع الحضور غداً، أرجو أن تقولوا إنني أوافق.",
    "می‌خواهم بگویید که نامه‌ها را خوانده‌ام.",
    "मैं कल नहीं आ सकती। कृपया कहें कि मैं सहमत हूँ।",
    "क्‍ष और क्‌ष अलग दिखते हैं।",
    "ශ්‍රී ලංකාවේ සිට.",
    "আমি র‍্যালিতে যাব না।",
    "אני לא יכולה לבוא מחר.",
    "ฉันไปไม่ได้พรุ่งนี้",
    "我明天不能来。",
    "Tôi không thể đến vào ngày mai.",
    "1. First line\n2. Second line\n\nThird, after a gap.",
    "```\nnot code, a list\n```",
    "**Please** don't _paraphrase_ me.",
    unicodedata.normalize("NFD", "Tôi không thể đến, nhưng tôi đồng ý với đề nghị ở trên."),
    unicodedata.normalize("NFD", "내일은 갈 수 없어요. 제 말을 그대로 전해 주세요."),
    unicodedata.normalize("NFD", "ᾧ τὸ δίκαιον μέλει, ᾄδει."),
    "Mo fẹ́ kí o sọ pé mo gbà; ẹ̀gbọ́n mi náà gbà.",
    "I am [ãː˥˩ ɛ̃̀ e̞̽̃ n̪̊ t͡ʃʰ], in phonetic script.",
    "நான் நாளை வர முடியாது; நான் ஒப்புக்கொள்கிறேன்.",
    "അവന്‍ വരും, അവൾ പറയും.",
    "မနက်ဖြန် မလာနိုင်ပါ။ ကျွန်ုပ် သဘောတူသည်။ လွှို့",
    "ខ្ញុំមិនអាចមកថ្ងៃស្អែកបានទេ ស៊ាំ។",
    "ང་སང་ཉིན་ཡོང་མི་ཐུབ། བསྒྲུབས། ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ། ཧྐྵྨླྺྲྻྃ།",
    "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם; יְרוּשָׁלַ֣\u034fִם",
    "أُو۟لَـٰٓئِكَ عَلَىٰ هُدًۭى مِّن رَّبِّهِمْ ۖ وَلَا ٱلضَّآلِّينَ \u06dd\u0661\u0662",
    "ܐܲܢ݇ܬ ܚܵܙܹܐ ܠܝܼ \u070fܩܕ.",
    "Гдⷭ҇и поми́лꙋй; Бг҃ъ.",
    "ᠮᠣᠩᠭᠣᠯ\u180b ᠪᠢᠴᠢᠭ ᠬᠠᠷ\u180eᠠ",
    "葛\U000e0100城さんは、明日来られません。",
    "⠊\u2800⠁⠛⠗⠑⠑\n⠽⠑⠎",
    "The sign ⚖︎, the heart ❤︎ and the key #⃣.",
    """You wrote this:

    I come from afar,
        and I stay.

Yes.""",
)


def payloads(test: Callable[..., Any]) -> Callable[..., Any]:
    """Have a test of what is `typed` try all of them, in every run."""
    for typed in PAYLOADS:
        test = example(typed=typed)(test)
    return test


def hidden(text: str, by: str = ZERO_WIDTH) -> st.SearchStrategy[str]:
    """The same text with invisible characters between all of its characters."""
    return st.text(alphabet=by, min_size=1, max_size=3).map(lambda gap: gap.join(["", *text, ""]))


def full_width(text: str) -> str:
    """The same text in look-alike letters, which NFKC folds back."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def accented(text: str) -> st.SearchStrategy[str]:
    """The same text with marks over, under, through and around some of its characters."""
    marks = st.text("\u0301\u0323\u0338\u20dd\u064b\u0e47\u3099", max_size=2)
    return st.tuples(*[marks for _ in text]).map(
        lambda found: "".join(map("".join, zip(text, found, strict=True)))
    )


def _zalgo(text: str) -> st.SearchStrategy[str]:
    marks = st.text(alphabet=ZALGO, min_size=1, max_size=8)
    return marks.map(lambda pile: "".join(char + pile for char in text))


def hostile_text() -> st.SearchStrategy[str]:
    """Anything that can be typed, pasted or sent past the client: all of it is a str."""
    pieces = st.one_of(
        st.text(max_size=20),
        st.text(alphabet=INVISIBLE + BLANK, max_size=6),
        st.sampled_from(LINE_ENDS),
        st.sampled_from(["", " ", "   ", "\t", "\u00a0", "\u3000", "\x00", "\ud83d", "\ude00"]),
        st.sampled_from(EMOJI),
        st.sampled_from(SENTENCES),
        st.sampled_from(PAYLOADS),
        MENTIONS,
        LINKS,
        MENTIONS.map(full_width),
        MENTIONS.flatmap(hidden),
        LINKS.flatmap(hidden),
        st.sampled_from(["```", "`", "||", ">>> ", "# ", "-# ", "**", "{", "}", "%s", "{0}"]),
        st.sampled_from(["solidarity", "مرحبا", "नमस्ते"]).flatmap(_zalgo),
    )
    joined = st.lists(pieces, max_size=8).map("".join)
    return st.one_of(
        joined, joined, st.sampled_from(["", " ", "\n" * 50, "x" * 4001, "🌱" * 4001, *PAYLOADS])
    )
