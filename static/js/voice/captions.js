// The sentence that is being spoken, as near as it can be told from how far the sound has come.

const PACE = 14; // characters a second, where the length of the sound is not known yet

const sentencesOf = (text) => text.match(/[^.!?…。！？\n]+[.!?…。！？]*\s*/g) ?? [];

// `length` in seconds, if known.
export function captionAt(text, time, length) {
  const place = length ? (time / length) * text.length : time * PACE;
  let end = 0;
  let caption = "";
  for (const sentence of sentencesOf(text)) {
    caption = sentence.trim() || caption;
    end += sentence.length;
    if (end > place) break;
  }
  return caption;
}
