"""Finds the one-line faults (mutants) that a C++ source can have, and plants many of them behind a switch.

A mutant changes one place: a comparison flipped, an operator or constant changed, a condition negated, a statement dropped.
What surrounds the place, the smallest full expression or statement, becomes

    (hearsay_mutant(7) ? (changed) : (original))        { if (hearsay_mutant(7)) { changed } else { original } }

so that one build holds all mutants of a room, and the environment (HEARSAY_MUTANT=7) chooses. See tests/mutate.py.
"""
import re
from dataclasses import dataclass

SWAPS = {" < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " == ": " != ", " != ": " == ",
         " && ": " || ", " || ": " && ", " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ",
         " += ": " -= ", " -= ": " += ", "++": "--", "true": "false", "false": "true",
         "std::min(": "std::max(", "std::max(": "std::min("}
SWAP = re.compile("|".join(rf"\b{s}\b" if s in ("true", "false") else re.escape(s) for s in sorted(SWAPS, key=len, reverse=True)))
NUMBER = re.compile(r"(?<![\w.'])(\d+)(?=(?:[uUlL]*|ns|us|ms|s)\b)(?![\w']*\.\d)")
# A statement that has an effect and declares nothing: a call, an assignment, an increment, a jump.
EFFECT = re.compile(r"\s*(?:(?:if|for) \(.*\) )?(?:[\w:.>\[\]()*-]+(?:\(.*\)| (?:[-+*/|&^]|<<|>>)?= .*)|(?:\+\+|--)[\w.>-]+|break|continue);$")
GUARD = re.compile(r"\s*if \(.*\) (?:return|break|continue)\b.*;$")
CONDITION = re.compile(r"\b(?:if|while) \(")
# No behaviour to test: what cannot be wrong without failing to compile, and invariants that only a bug breaks.
SKIPPED = re.compile(r".*\) (?:const )?= 0;$|.* = (?:default|delete);$|.*\b(?:operator\b|if constexpr|static_assert|HEARSAY_CHECK|"
                     r"__builtin_prefetch|sizeof|case \d)|\s*(?:#|using |namespace |template |public:|private:|friend |enum )")
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<!\w)\'(?:[^\'\\\n]|\\.)+\'|^[ \t]*#(?:[^\n]|\\\n)*', re.S | re.M)
CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
LABEL = re.compile(r"\s*(?:case\b[^;?]*?[^:]:(?!:)|default\s*:|public:|private:)")
LAST_WORD = re.compile(r"(\w+)\s*$")


@dataclass
class Mutant:
    file: object   # as the caller names it
    line: int      # from 1
    what: str
    begin: int     # the region that the switch replaces
    end: int
    changed: str   # that region with the fault, on one line
    statement: bool
    shown: str     # the line as it is, for people
    number: int = 0
    constexpr: bool = False  # within a function that may run at compile time
    constant: int = -1       # where the `constexpr` of its variable stands, which must go


def blanked(text, strings):
    """The text with comments and preprocessor lines blanked at equal length, and the insides of strings if `strings`."""
    def blank(found):
        whole = found[0]
        if whole[0] in "\"'R":
            return whole[0] + re.sub(r"[^\n]", "~", whole[1:-1]) + whole[-1] if strings else whole
        return re.sub(r"[^\n]", " ", whole)
    return TOKEN.sub(blank, text)


class Source:
    """A file, and where its expressions and statements begin and end."""

    def __init__(self, text):
        self.text, self.code, self.plain = text, blanked(text, True), blanked(text, False)
        self.lines = text.split("\n")
        self.partner, self.opener, stack = {}, [], []
        for i, c in enumerate(self.code):
            self.opener.append(stack[-1] if stack else -1)
            if c in "([{":
                stack.append(i)
            elif c in ")]}" and stack and CLOSED_BY[self.code[stack[-1]]] == c:
                self.partner[i] = stack.pop()
                self.partner[self.partner[i]] = i

    def left(self, at):
        """The begin of the full expression or statement that holds `at`."""
        i = at - 1
        while i >= 0:
            c = self.code[i]
            if c in "([{,;}":
                return i + 1
            if c in ")]":
                if c == ")" and i in self.partner:
                    word = LAST_WORD.search(self.code, max(0, self.partner[i] - 20), self.partner[i])
                    if word and word[1] in ("if", "for", "while", "switch", "constexpr"):
                        return i + 1
                i = self.partner.get(i, 0)
            elif c == "=" and self.code[i + 1] != "=" and self.code[i - 1] not in "=!<>+-*/|&^%":
                return i + 1
            elif c.isalpha() and not self.code[i + 1].isalnum() and self.code[i + 1] != "_":
                word = LAST_WORD.search(self.code, max(0, i - 20), i + 1)
                if word and word[1] in ("return", "else", "do", "throw"):
                    return i + 1
            i -= 1
        return 0

    def right(self, at):
        i = at
        while i < len(self.code):
            c = self.code[i]
            if c in ")]},;":
                return i
            i = self.partner.get(i, i) + 1 if c in "([{" else i + 1
        return i

    def is_statement(self, begin, end):
        """Whether begin..end is a whole statement, with `end` at its semicolon."""
        before = self.code[:begin].rstrip()
        return self.code[end:end + 1] == ";" and self.in_function(begin) and not before.endswith(("=", ",", "return", "throw"))

    def begins_statement(self, at):
        begin = self.left(at)
        label = LABEL.match(self.code[begin:at])
        begin += label.end() if label else 0
        return not self.code[begin:at].strip() and self.is_statement(begin, self.right(at))

    def in_function(self, at):
        """Whether the nearest brackets are braces of code."""
        opener = self.opener[at]
        if opener < 0 or self.code[opener] != "{":
            return False
        head = re.sub(r"\btemplate <(?:[^<>]|<[^<>]*>)*>", "", self.code[self.statement_begin(opener):opener])
        return not re.search(r"\b(?:namespace|struct|class|enum|union)\b", head)

    def statement_begin(self, at):
        i = at - 1
        while i >= 0 and self.code[i] not in "{};":
            i = self.partner.get(i, 0) - 1 if self.code[i] in ")]" else i - 1
        return i + 1

    def compile_time(self, at):
        """(whether a constexpr function surrounds the place, the place of the `constexpr` of a variable or -1)"""
        begin, opener = self.statement_begin(at), self.opener[at]
        while True:
            head = self.code[begin:at]  # up to the place, then up to each brace around it
            found = re.search(r"(?<!if )\bconstexpr\b", head)
            if found:
                signs = re.search(r"[(={]", self.code[begin + found.end():])
                return (True, -1) if signs and signs[0] == "(" else (False, begin + found.start())
            if opener < 0:
                return False, -1
            at, begin, opener = opener, self.statement_begin(opener), self.opener[opener]

    def mutants(self, file):
        begin_of_line = 0
        for number, line in enumerate(self.code.split("\n"), 1):
            if line.strip() and not SKIPPED.match(line):
                yield from self.of_line(file, number, begin_of_line, line)
            begin_of_line += len(line) + 1

    def of_line(self, file, number, start, line):
        for found in SWAP.finditer(line):
            other = SWAPS[found[0]]
            yield self.planted(file, number, f"`{found[0].strip()}` -> `{other.strip()}`", start + found.start(), start + found.end(), other)
        for found in NUMBER.finditer(line):
            other = str(int(found[1]) + 1)
            yield self.planted(file, number, f"`{found[1]}` -> `{other}`", start + found.start(1), start + found.end(1), other)
        for found in CONDITION.finditer(line):
            begin = start + found.end()
            end = self.partner.get(begin - 1, begin)
            condition = self.code[begin:end]
            if condition and not re.search(r";|[^=!<>+*/|&^%-]=[^=]", condition):
                yield self.mutant(file, number, "condition negated", begin, end, f"!({self.plain[begin:end]})", False)
        begin, end, code = start + len(line) - len(line.lstrip()), start + len(line.rstrip()), line.strip()
        whole = line.count("(") == line.count(")") and line.count("{") == line.count("}") and self.begins_statement(begin)
        if whole and not (code.startswith("if ") and self.code[end:].lstrip().startswith("else")):
            if GUARD.match(code) or EFFECT.match(code):
                yield self.mutant(file, number, "guard dropped" if GUARD.match(code) else "statement dropped", begin, end, "", True)

    def planted(self, file, number, what, begin, end, other):
        region, stop = self.left(begin), self.right(begin)
        label = LABEL.match(self.code[region:stop])
        region += label.end() if label else 0
        statement = self.is_statement(region, stop)
        region += len(self.code[region:stop]) - len(self.code[region:stop].lstrip())
        stop = stop + 1 if statement else region + len(self.code[region:stop].rstrip())
        return self.mutant(file, number, what, region, stop, self.plain[region:begin] + other + self.plain[end:stop], statement)

    def mutant(self, file, number, what, begin, end, changed, statement):
        result = Mutant(file, number, what, begin, end, " ".join(changed.split("\n")), statement, self.lines[number - 1].strip())
        result.constexpr, result.constant = self.compile_time(begin)
        return result

    def can_hold(self, mutant):
        region = self.text[mutant.begin:mutant.end]
        return bool(region) and not re.search(r"^[ \t]*#", region, re.M) and 'R"' not in region and not (
            mutant.statement and re.match(r"(?:static |const |constexpr |auto |using |mutable )", region))

    def plant(self, mutants):
        """The text with all of them; equal line numbers, plus one line at the top. Leaves out what overlaps: (text, planted)"""
        regions = sorted({(m.begin, -m.end, not m.statement) for m in mutants if self.can_hold(m)})
        kept, stack = [], []
        for begin, end, expression in regions:
            while stack and stack[-1] <= begin:
                stack.pop()
            if not stack or -end <= stack[-1]:
                stack.append(-end)
                kept.append((begin, -end, not expression))
        inside = {region: [m for m in mutants if (m.begin, m.end, m.statement) == region] for region in kept}
        planted = [m for region in kept for m in inside[region]]
        constants = {m.constant for m in planted if m.constant >= 0}

        def render(begin, end, regions):
            pieces, at = [], begin
            while regions:
                region, rest = regions[0], regions[1:]
                nested = [r for r in rest if r[1] <= region[1]]
                regions = rest[len(nested):]
                pieces += [original(at, region[0]), switch(region, nested)]
                at = region[1]
            return "".join(pieces) + original(at, end)

        def original(begin, end):
            text = self.text[begin:end]
            for place in sorted((c for c in constants if begin <= c < end), reverse=True):
                inline = not self.in_function(place) and not re.search(r"\binline\s+$", self.text[:place])
                words = "inline const" if inline else "const"
                text = text[:place - begin] + words + text[place - begin + len("constexpr"):]
            return text

        def switch(region, nested):
            begin, end, statement = region
            asks = [(("hearsay_mutant_constexpr" if m.constexpr else "hearsay_mutant") + f"({m.number})", m.changed) for m in inside[region]]
            inner = render(begin, end, nested)
            if statement:
                return "{ " + "".join(f"if ({ask}) {{ {changed} }} else " for ask, changed in asks) + "{ " + inner + " } }"
            # A condition may be of a type that converts to bool only where a condition stands.
            cast = "static_cast<bool>" if any(m.what == "condition negated" for m in inside[region]) else ""
            return "(" + "".join(f"{ask} ? {cast}({changed}) : " for ask, changed in asks) + cast + "(" + inner + "))"

        return '#include "hearsay_mutant.hpp"\n' + render(0, len(self.text), kept), planted


WARNINGS = ("narrowing parentheses dangling-else unused-value unused-variable unused-parameter unused-but-set-variable unused-function "
            "return-type sign-compare type-limits bool-compare bool-operation int-in-bool-context extra empty-body address switch "
            "misleading-indentation tautological-compare div-by-zero overflow implicit-fallthrough uninitialized nonnull "
            "shift-count-overflow unused-but-set-parameter enum-compare").split()
# What the switches ask. It also notes which mutants a program reaches, at once: a forked child may end by _exit.
HEADER = """#pragma once
#pragma GCC optimize("O0")  // the compiler takes far more time than the tests
@IGNORED@
#include <cstdio>
#include <cstdlib>
#include <type_traits>
inline unsigned char hearsay_reached[1 << 16] = {};
inline void hearsay_note_reached(int number) {
  hearsay_reached[number] = 1;
  const char* path = std::getenv("HEARSAY_MUTANTS_REACHED");
  std::FILE* file = path ? std::fopen(path, "a") : nullptr;
  if (file) std::fprintf(file, "%d\\n", number);
  if (file) std::fclose(file);
}
inline int hearsay_chosen_mutant() {
  static const int number = std::getenv("HEARSAY_MUTANT") ? std::atoi(std::getenv("HEARSAY_MUTANT")) : 0;
  return number;
}
inline bool hearsay_mutant(int number) {
  if (!hearsay_reached[number]) hearsay_note_reached(number);
  return hearsay_chosen_mutant() == number;
}
constexpr bool hearsay_mutant_constexpr(int number) {
  if (std::is_constant_evaluated()) return false;
  return hearsay_mutant(number);
}
""".replace("@IGNORED@", "\n".join(f'#pragma GCC diagnostic ignored "-W{name}"' for name in WARNINGS))
