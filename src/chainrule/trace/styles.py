"""Three ways of writing: plain text, LaTeX, MathML."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from chainrule.trace.expression import Quantity
from chainrule.trace.symbols import SMALL, Sign, Symbols, digits, letter_of


class Text:
    """Plain text; quantities by their addresses."""

    tall = False

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols

    def number(self, value: Any) -> str:
        return digits(value)

    def quantity(self, quantity: Quantity) -> str:
        return self.symbols.text(quantity)

    def name(self, name: str) -> str:
        return name

    def operation(self, left: str, sign: str, right: str) -> str:
        return f"{left} {sign} {right}" if left else f"{sign}{' ' * (sign == '+')}{right}"

    def fraction(self, above: str, below: str) -> str:
        return f"{above} / {below}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}²" if exponent == "2" else f"{base}^{exponent}"

    def call(self, name: str, arguments: Sequence[str]) -> str:
        return f"{name}({', '.join(arguments)})"

    def brackets(self, inside: str) -> str:
        return f"({inside})"

    def sum(self, letters: Sequence[str], body: str) -> str:
        return f"Σ{''.join(letters).translate(SMALL)} {body}"

    def rest(self, count: int, total: float) -> str:
        return f"({count} more: {digits(total)})"

    def choice(self, yes: str, condition: str, no: str) -> str:
        return f"({yes} if {condition}, else {no})"

    def because(self, value: str, condition: str) -> str:
        return f"{value} [{condition}]"


class Latex:
    """LaTeX, as GitHub renders it."""

    tall = True
    CALLS: ClassVar = {
        "exp": r"\exp",
        "ln": r"\ln",
        "tanh": r"\tanh",
        "cos": r"\cos",
        "max": r"\max",
    }
    LETTERS: ClassVar = {
        "η": r"\eta", "μ": r"\mu", "β": r"\beta", "ε": r"\varepsilon", "λ": r"\lambda",
        "δ": r"\delta", "f′": "f'", "m̂": r"\hat m", "v̂": r"\hat v",
        "π": r"\pi", "‖g‖": r"\lVert g \rVert", "Φ(z)": r"\Phi(z)", "φ(z)": r"\varphi(z)",
    }  # fmt: skip
    SIGNS: ClassVar = {"·": r"\cdot", "−": "-", "≤": r"\le", "≠": r"\ne"}

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols

    def number(self, value: Any) -> str:
        text, e, power = digits(value).partition("e")
        if not e:
            return {"inf": r"\infty", "-inf": r"-\infty"}.get(
                text, text.replace("nan", r"\text{nan}")
            )
        return rf"{text} \cdot 10^{{{int(power)}}}"

    def quantity(self, quantity: Quantity) -> str:
        return self.sign(self.symbols.sign(quantity))

    def name(self, name: str) -> str:
        return self.sign(letter_of(name))

    def sign(self, sign: Sign) -> str:
        base = self.LETTERS.get(sign.base, sign.base)
        if len(sign.base) > 2 and base == sign.base:
            base = rf"\text{{{base}}}".replace("_", r"\_")
        upper = sign.upper.replace("new", r"\,\text{new}")
        made = base + (f"^{{{upper}}}" if upper else "") + (f"_{{{sign.lower}}}" * bool(sign.lower))
        return rf"\frac{{\partial L}}{{\partial {made}}}" if sign.by_loss else made

    def operation(self, left: str, sign: str, right: str) -> str:
        return f"{left} {self.SIGNS.get(sign, sign)} {right}".strip()

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def call(self, name: str, arguments: Sequence[str]) -> str:
        if name == "√":
            return rf"\sqrt{{{arguments[0]}}}"
        shown = self.CALLS.get(name, rf"\operatorname{{{name}}}")
        return rf"{shown}\left({', '.join(arguments)}\right)"

    def brackets(self, inside: str) -> str:
        return rf"\left({inside}\right)"

    def sum(self, letters: Sequence[str], body: str) -> str:
        return rf"\sum_{{{','.join(letters)}}} {body}"

    def rest(self, count: int, total: float) -> str:
        return rf"\left(\text{{{count} more: }} {self.number(total)}\right)"

    def choice(self, yes: str, condition: str, no: str) -> str:
        rows = rf"{yes} & \text{{if }} {condition} \\ {no} & \text{{else}}"
        return rf"\begin{{cases}} {rows} \end{{cases}}"

    def because(self, value: str, condition: str) -> str:
        return rf"{value} \;\left[{condition}\right]"


class MathMl:
    """MathML Core: what browsers draw by themselves."""

    tall = True

    def __init__(self, symbols: Symbols, write: Callable[[Any], str] = digits) -> None:
        self.symbols, self.write = symbols, write  # a number, as Python would write it

    def number(self, value: Any) -> str:
        text, e, power = self.write(value).partition("e")
        shown = f"<mn>{text}</mn>".replace("<mn>-", "<mo form='prefix'>−</mo><mn>")
        shown = shown.replace("<mn>inf</mn>", "<mi>∞</mi>")
        if e:
            exponent = str(int(power)).replace("-", "−")
            shown += f"<mo>·</mo><msup><mn>10</mn><mn>{exponent}</mn></msup>"
        return f"<mrow>{shown}</mrow>"

    def quantity(self, quantity: Quantity) -> str:
        return self.sign(self.symbols.sign(quantity))

    def name(self, name: str) -> str:
        return self.sign(letter_of(name))

    def sign(self, sign: Sign) -> str:
        base = f"<mi>{html.escape(sign.base)}</mi>"
        upper, lower = (f"<mrow><mtext>{part}</mtext></mrow>" for part in (sign.upper, sign.lower))
        made = base
        if sign.upper and sign.lower:
            made = f"<msubsup>{base}{lower}{upper}</msubsup>"
        elif sign.upper or sign.lower:
            tag = "msup" if sign.upper else "msub"
            made = f"<{tag}>{base}{upper if sign.upper else lower}</{tag}>"
        by = f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{made}</mrow></mfrac>"
        return by if sign.by_loss else made

    def operation(self, left: str, sign: str, right: str) -> str:
        form = "prefix" if sign == "−" and not left else "infix"
        return f"<mrow>{left}<mo form='{form}'>{html.escape(sign)}</mo>{right}</mrow>"

    def fraction(self, above: str, below: str) -> str:
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>"

    def call(self, name: str, arguments: Sequence[str]) -> str:
        if name == "√":
            return f"<msqrt>{arguments[0]}</msqrt>"
        return f"<mrow><mi>{name}</mi>{self.brackets('<mo>,</mo>'.join(arguments))}</mrow>"

    def brackets(self, inside: str) -> str:
        return f"<mrow><mo form='prefix'>(</mo>{inside}<mo form='postfix'>)</mo></mrow>"

    def sum(self, letters: Sequence[str], body: str) -> str:
        below = "".join(f"<mi>{letter}</mi>" for letter in letters)
        sigma = f"<munder><mo movablelimits='false'>∑</mo><mrow>{below}</mrow></munder>"
        return f"<mrow>{sigma}{body}</mrow>"

    def rest(self, count: int, total: float) -> str:
        return self.brackets(f"<mtext>{count} more:&#160;</mtext>{self.number(total)}")

    def choice(self, yes: str, condition: str, no: str) -> str:
        rows = ((yes, f"<mtext>if&#160;</mtext>{condition}"), (no, "<mtext>else</mtext>"))
        cells = "".join(f"<mtr><mtd>{x}</mtd><mtd>{when}</mtd></mtr>" for x, when in rows)
        brace = "<mo form='prefix' stretchy='true'>{</mo>"
        return f"<mrow>{brace}<mtable class='cases'>{cells}</mtable></mrow>"

    def because(self, value: str, condition: str) -> str:
        return f"<mrow>{value}<mtext>&#8194;[</mtext>{condition}<mtext>]</mtext></mrow>"
