"""Laws of the operation language, over operations and texts that nobody thought of."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from vmgui.formats.completion import completions
from vmgui.formats.document import Document, dump, parse_document
from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import parse, parse_operation
from vmgui.timeline.operation import Operation
from vmgui.timeline.values import (
    CONSTANTS,
    AddressOf,
    Constant,
    Expr,
    Flags,
    Names,
    Number,
    SizeOf,
    Term,
    Value,
    Word,
    size_text,
)
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import VERBS

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda n: n not in CONSTANTS)
PLAIN = st.integers(0, (1 << 64) - 1)
NUMBERS = st.one_of(
    PLAIN.map(Number),
    PLAIN.map(lambda n: Number(n, False, f"{n:#x}")),
    PLAIN.map(lambda n: Number(n, False, size_text(n))),
    st.integers(0, 1 << 40).map(lambda n: Number(n, True)),
)
ATOMS = st.one_of(
    NUMBERS, st.sampled_from([*CONSTANTS]).map(Constant), NAMES.map(AddressOf), NAMES.map(SizeOf)
)


@st.composite
def sums(draw: st.DrawFn) -> Expr:
    first = Term(draw(ATOMS))
    return Expr((first, *draw(st.lists(st.builds(Term, ATOMS, st.booleans()), max_size=3))))


def values(p: Parameter) -> st.SearchStrategy[Value]:
    words = st.sampled_from(p.words).map(Word) if p.words else st.nothing()
    match p.kind:
        case Kind.OBJECT:
            return NAMES.map(Word)
        case Kind.OBJECTS:
            return st.lists(NAMES, min_size=1, max_size=4).map(lambda names: Names(tuple(names)))
        case Kind.CHOICE:
            return words
        case Kind.PROT:
            return st.one_of(words, sums())
        case Kind.PAGES:
            return st.one_of(NAMES.map(Word), sums())
        case Kind.VMFLAGS | Kind.GFP:
            plain = NUMBERS.map(lambda number: Expr((Term(number),)))
            some = st.lists(st.one_of(words, plain), min_size=1, max_size=4)
            return some.map(lambda items: Flags(tuple(items)))
        case _:
            return sums()


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    verb: Verb = draw(st.sampled_from([*VERBS.values()]))
    target = draw(st.none() | NAMES) if verb.makes else None
    args = {p.name: draw(values(p)) for p in verb.parameters
            if p.kind is not Kind.NEW and (p.required or draw(st.booleans()))}  # fmt: skip
    return Operation(verb, target, args)


@given(operations())
def test_the_normal_form_parses_back_to_the_same_operation(operation: Operation) -> None:
    again = parse_operation(str(operation))
    assert again == operation
    assert str(again) == str(operation)


@given(operations())
def test_every_place_marks_the_argument_as_it_was_written(operation: Operation) -> None:
    parsed = parse_operation(str(operation))
    for name, value in parsed.args.items():
        place = parsed.places[name]
        assert parsed.text[place.start : place.end] in (str(value), f"{name}={value}")


def refusal(read: Callable[[str], object], text: str) -> FormatError | None:
    """The error that ``read`` raises on ``text``; any other exception fails the test."""
    try:
        read(text)
    except FormatError as error:
        return error
    return None


@given(st.lists(operations(), max_size=4), st.text())
def test_a_program_survives_a_document(program: list[Operation], title: str) -> None:
    used = {name for operation in program for _, name in operation.uses()}
    makers = [parse_operation(f"{name} = pages 1p") for name in sorted(used)]
    lines = tuple(str(operation) for operation in [*makers, *program])
    read = parse_document(dump(Document(lines=lines, title=title)))
    assert read.operations == (*makers, *program)
    assert (read.lines, read.title) == (lines, title)


@given(st.text(alphabet=st.characters(exclude_characters="\n"), max_size=60))
def test_any_text_is_an_operation_or_an_error_inside_the_text(text: str) -> None:
    error = refusal(parse, text)
    assert error is None or (0 <= error.column <= len(error.text) and str(error))


@given(st.text(alphabet="avmlocg =@#|+-0x4Kp_.", max_size=40))
def test_nearly_right_text_is_an_operation_or_an_error_inside_the_text(text: str) -> None:
    error = refusal(parse, f"vmalloc {text}")
    assert error is None or 0 <= error.column <= len(error.text)


@given(st.text(max_size=40), st.lists(NAMES, max_size=3))
def test_completing_never_fails_and_always_begins_with_what_is_there(text: str, names: list[str]) -> None:
    for offer in completions(text, len(text), names):
        assert offer.text.lower().startswith(text[offer.start : offer.end].lower())


@given(st.text())
def test_any_text_is_a_document_or_an_error(text: str) -> None:
    error = refusal(parse_document, text)
    assert error is None or error.why
