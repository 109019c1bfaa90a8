// Voice activity: tells from the loudness of every 50 ms when somebody begins to speak, and when they have ended.

const FRAME = 50; // ms
const SILENCE = 1000; // ms without a voice that end what was said
const LEAST = 300; // ms of voice; less was a cough, or a door
const QUIETEST = 0.006; // no voice is less loud, however still the room

export class Activity {
  #floor = QUIETEST / 3;
  #loud = 0; // ms of voice in a row, or nearly so
  #voiced = 0;
  #quiet = 0;
  #isSpeaking = false;

  get isSpeaking() {
    return this.#isSpeaking;
  }

  // `onset` is the ms of voice that count as beginning, `ratio` how far it has to stand out from the room.
  // Gives "began", "ended", "noise" where what began was no speech, or nothing.
  hear(loudness, { onset = 150, ratio = 3 } = {}) {
    const isVoice = loudness > Math.max(QUIETEST, this.#floor * ratio);
    this.#follow(loudness);
    return this.#isSpeaking ? this.#goOn(isVoice) : this.#wait(isVoice, onset);
  }

  reset() {
    this.#loud = this.#voiced = this.#quiet = 0;
    this.#isSpeaking = false;
  }

  // What is there all the time is the room: it falls to silence at once, and rises slowly, slower under a voice.
  #follow(loudness) {
    const pace = loudness < this.#floor ? 0.3 : this.#isSpeaking ? 0.002 : 0.02;
    this.#floor += (loudness - this.#floor) * pace;
  }

  #wait(isVoice, onset) {
    this.#loud = isVoice ? this.#loud + FRAME : Math.max(0, this.#loud - FRAME / 2);
    if (this.#loud < onset) return undefined;
    this.#isSpeaking = true;
    this.#voiced = this.#loud;
    this.#quiet = 0;
    return "began";
  }

  #goOn(isVoice) {
    if (isVoice) this.#voiced += FRAME;
    this.#quiet = isVoice ? 0 : this.#quiet + FRAME;
    if (this.#quiet < SILENCE) return undefined;
    const kind = this.#voiced >= LEAST ? "ended" : "noise";
    this.reset();
    return kind;
  }
}
