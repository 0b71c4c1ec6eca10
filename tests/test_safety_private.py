"""Private data is found in every spelling, and public numbers are nobody's secret."""

import pytest

from config.phrases import load_phrases
from nlu.safety.private_data import find, redacted
from tests.safety_terms import FILTER

PRIVATE = [
    ("phone", "010-1234-5678"),
    ("phone", "010 1234 5678"),
    ("phone", "01012345678"),
    ("phone", "０１０－１２３４－５６７８"),
    ("phone", "02-345-6789"),
    ("phone", "(415) 555-2671"),
    ("phone", "415-555-2671"),
    ("phone", "+82 10 1234 5678"),
    ("phone", "+44 20 7946 0958"),
    ("phone", "06 12 34 56 78"),
    ("phone", "공일공 일이삼사 오육칠팔"),
    ("phone", "공일공에 일이삼사에 오육칠팔"),
    ("phone", "zero one zero one two three four five six seven eight"),
    ("card", "4111 1111 1111 1111"),
    ("card", "4111-1111-1111-1111"),
    ("card", "378282246310005"),
    ("resident_number", "900101-1234568"),
    ("resident_number", "078-05-1120"),
    ("email", "mina.kim@example.co.kr"),
    ("email", "mina at gmail dot com"),
    ("account", "DE89 3704 0044 0532 0130 00"),
    ("account", "GB82WEST12345698765432"),
    ("ip_address", "192.168.0.12"),
    ("ip_address", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
    ("address", "서울시 강남구 테헤란로 123"),
    ("address", "수원시 팔달구 인계동 12-3번지"),
    ("address", "12 Baker Street"),
    ("address", "1742 Maple Avenue"),
    ("address", "Hauptstraße 12"),
    ("address", "12 rue de la Paix"),
]
PUBLIC = [
    "1600 Pennsylvania Avenue NW", "info@example.com",
    "109", "988", "112", "119", "911", "1388", "1577-0199", "116 123", "0800 111 0 111",
    "3114", "024", "1588-1234", "12:30", "2024-05-06", "2024년 5월 6일", "3.14159265", "1,000,000",
    "12.5 km/h", "version 1.2.3.4", "127.0.0.1", "4111 1111 1111 1112", "900101-9934567 0",
    "one two three four", "일이 많아서 이사했어요", "10분 걸려요", "101동",
    "위로 30도", "3층", "123 apples",
    "one hundred twenty three", "일이삼사오육칠팔구 세어 보자", "GB82 WEST 1234 5698 7654 33",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data"), PRIVATE)
@pytest.mark.parametrize("frame", ["{}", "It is {}, I think.", "그건 {} 같아요."])
def test_private_data_is_found(kind: str, data: str, frame: str) -> None:
    text = frame.format(data)
    spans = find(text)
    assert [span.kind for span in spans] == [kind]
    begin = text.index(data)
    assert spans[0].start <= begin
    assert spans[0].end >= begin + len(data)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_numbers_pass(text: str) -> None:
    assert find(text) == ()


def test_everything_in_a_text_is_found_and_redacted() -> None:
    text = "제 번호는 010-1234-5678이고 메일은 a.b@example.com이에요."
    assert redacted(text, "ko") == "제 번호는 [전화번호]이고 메일은 [이메일]이에요."
    english = "Call 415-555-2671 or write to a.b@example.com."
    assert redacted(english, "en") == "Call [phone number] or write to [email]."
    assert redacted(english, "sw") == redacted(english, "en")
    assert redacted("nothing here", "en") == "nothing here"


def test_long_texts_are_read_to_the_end() -> None:
    text = "word " * 10_000 + "010-1234-5678"
    assert len(find(text)) == 1


def test_a_reply_does_not_say_private_data_and_a_person_may() -> None:
    text = "The number is 415-555-2671."
    verdict = FILTER.screen(text, "en")
    assert verdict.categories == ("private",)
    assert verdict.spoken in load_phrases().books["en"].private
    assert FILTER.screen(text, "en", side="person").allowed


def test_a_number_split_over_two_clauses_is_found() -> None:
    assert not FILTER.screen("2671.", "en", said_before="Her number is 415-555-").allowed
