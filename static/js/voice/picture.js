// The level as a row of bars, for what was recorded and for what is being recorded.

const HEIGHT = 24; // of the drawing, in its own units; a bar is one wide

// The path of so many bars; levels are from 0 to 1, of any number, and the loudest of those that share a bar counts.
export function pathOf(levels, count = 32) {
  const bars = Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / count);
    const until = Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / count));
    return Math.max(0, ...levels.slice(from, until));
  });
  return bars.map((level, bar) => barAt(bar, level)).join("");
}

function barAt(bar, level) {
  const height = Math.max(0.01, Math.min(1, level) * (HEIGHT - 4));
  return `M${bar + 0.5} ${((HEIGHT - height) / 2).toFixed(1)}v${height.toFixed(2)}`;
}

// What the server keeps of a sound: two hexadecimal digits for each loudness.
export function levelsOf(peaks) {
  return (peaks.match(/../g) ?? []).map((pair) => parseInt(pair, 16) / 255);
}

// Loudness as it is heard: a voice at an arm's length fills half of the picture.
export const levelOf = (loudness) => Math.max(0, Math.min(1, 1 + Math.log10(Math.max(loudness, 1e-5)) / 2.5));

// Says how long it is: 0:07, 1:40.
export function timeOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
