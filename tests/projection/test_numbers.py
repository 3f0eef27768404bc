from hypothesis import given
from hypothesis import strategies as st

from vmgui.projection import numbers


def test_an_address_has_sixteen_digits():
    assert numbers.address(0xFFFFC90040400000) == "0xffffc90040400000"
    assert numbers.address(0x1000) == "0x0000000000001000"


def test_a_physical_address_is_grouped_by_four_digits():
    assert numbers.physical(0x100101000) == "0x1_0010_1000"
    assert numbers.physical(0) == "0x0"


def test_the_tail_of_an_address_says_that_digits_are_missing():
    assert numbers.tail(0xFFFFC90040400000) == "…4040_0000"


def test_a_whole_number_of_units_has_no_decimals():
    assert [numbers.size(n) for n in (68 << 10, 2 << 20, 1 << 30, 12800 << 40)] == [
        "68 KiB", "2 MiB", "1 GiB", "12.5 PiB",
    ]  # fmt: skip


def test_thousands_are_set_apart_by_a_thin_space():
    assert numbers.count(16384) == "16\u2009384"


@given(st.integers(0, (1 << 52) - 1))
def test_a_physical_address_keeps_its_value(address):
    assert int(numbers.physical(address).replace("_", ""), 16) == address


def test_a_decimal_has_no_needless_zeros():
    assert [numbers.decimal(n, 3) for n in (100.0, 99.998, 99.5, 0.0)] == ["100", "99.998", "99.5", "0"]
    assert numbers.decimal(100.0, 0) == "100"
