"""A long answer with everything in it that Markdown has, sent at a steady rate."""

import re
import time
from collections.abc import Iterator

from tests.upstream.wire import DONE, chunk, usage

END = "That is the end of the answer."
SECTION = """\
## {number}. What the tide does

The water rises **twice** a day, and falls again; how far depends on the moon, on the *shape of the coast*
and on the wind. See [the tables](https://example.org/tides) for `harbour {number}`, or ask who fishes there.

- spring tides, when sun and moon pull together
- neap tides, when they do not
  - the range is smaller then
  - and the currents are weaker

| place | high | low |
|:------|-----:|----:|
| north | {number}.20 m | 0.41 m |
| south | 3.75 m | 0.38 m |

```python
def height(hours: float, mean: float = {number}.5) -> float:
    \"\"\"The water's height in metres.\"\"\"
    return mean + 1.8 * math.cos(2 * math.pi * hours / 12.42)
```

1. Look up the next high water.
2. Take a third of the range off for every two hours.

> Near enough for a walk, and never for a ship: $h = m + a \\cos(\\omega t)$.

"""


def tokens_of(number: int) -> list[str]:
    """So many pieces of about four characters; the last says that it is the last."""
    pieces: list[str] = []
    section = 1
    while len(pieces) < number - 1:
        pieces += re.findall(r"\s*\w{1,8}|\s*[^\w\s]{1,3}|\s+", SECTION.format(number=section))
        section += 1
    return [*pieces[: number - 1], f"\n\n{END}"]


class PacedAnswer:
    """The parts of a reply. A late one is followed by the next at once, so that the mean rate holds."""

    def __init__(self, tokens: list[str], rate: float) -> None:
        self.text = "".join(tokens)
        self.ended = 0.0
        self._tokens = tokens
        self._rate = rate

    def __iter__(self) -> Iterator[bytes | float]:
        began = time.monotonic()
        for number, token in enumerate(self._tokens):
            yield chunk(token)
            ahead = began + (number + 1) / self._rate - time.monotonic()
            if ahead > 0:
                yield ahead
        self.ended = time.time()
        yield chunk(finish="stop")
        yield usage(prompt=10, completion=len(self._tokens))
        yield DONE
