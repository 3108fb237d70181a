"""Short messages in other languages are glossed in English, or left as they are."""

import pytest

from t2i_chat.planning.glossary import gloss


@pytest.mark.parametrize(
    ("message", "english"),
    [
        ("把天空变暗", "make the sky darker"),
        ("把猫换成狗", "replace the cat with a dog"),
        ("画一只红色的猫", "draw a red cat"),
        ("撤销", "undo"),
        ("木を消して", "remove the tree"),
        ("猫を犬に変えて", "replace the cat with a dog"),
        ("屋根の上に猫を追加して", "add a cat on roof"),
        ("나무를 제거해줘", "remove the tree"),
        ("घर पर बिल्ली जोड़ो", "add a cat on house"),
        ("احذف الشجرة", "remove the tree"),
        ("сделай небо темнее!", "make the sky darker"),
        ("замени кошку на собаку", "replace the cat with a dog"),
        ("把椅子的颜色改成红色", "make the chair red"),
        ("犬に王冠を追加して", "add a crown on dog"),
        ("राजा को हटाओ", "remove the king"),
        ("ارسم أسد نائم", "draw a lion sleeping"),
        ("横版", "make it landscape"),
        ("Elimina el árbol, por favor", "remove the tree"),
        ("ajoute un chat sur le toit", "add a cat on roof"),
        ("den Baum entfernen", "remove the tree"),
        ("rendi il cielo rosso", "make the sky red"),
        ("adicione um gato", "add a cat"),
        ("anade un arbol", "add a tree"),
        ("pon un perro marron al lado de la casa", "add a brown dog next to house"),
        ("pinta la casa azul", "make the house blue"),
    ],
)
def test_what_is_in_the_table_is_said_in_english(message, english):
    assert gloss(message) == english


@pytest.mark.parametrize(
    "message",
    [
        "",
        "remove the tree",
        "Was ist denn das für ein Ding?",
        "这是一个很复杂的请求",
        "и",
        "la",
        "xyz",
    ],
)
def test_whatever_is_not_known_is_left_as_it_was(message):
    assert gloss(message) is None


def test_numbers_come_through():
    assert gloss("画 3 猫") == "draw 3 cat"
