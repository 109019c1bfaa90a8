// The one sound of the page: where a second begins, the first ends. Players only show it, so that a message that
// is drawn anew plays on.

const SPEED = "parley:speed";
const SPEEDS = [1, 1.25, 1.5, 2];

function speedKept() {
  try {
    const kept = Number(localStorage.getItem(SPEED));
    return SPEEDS.includes(kept) ? kept : 1;
  } catch {
    return 1; // no storage here
  }
}

// Tells of itself by events: "change" whatever it is, "begin", "end" and "fail" with the address in `detail`.
class Deck extends EventTarget {
  #audio = new Audio();
  #source = "";
  #hasBegun = false;

  constructor() {
    super();
    this.speed = speedKept();
    for (const name of ["play", "pause", "timeupdate", "durationchange", "waiting", "seeked"]) {
      this.#audio.addEventListener(name, () => this.#tell("change"));
    }
    this.#audio.addEventListener("playing", () => this.#began());
    this.#audio.addEventListener("ended", () => this.#ended());
    this.#audio.addEventListener("error", () => this.#source && this.#failed());
  }

  get source() {
    return this.#source;
  }

  get isPlaying() {
    return !this.#audio.paused;
  }

  get isWaiting() {
    return this.isPlaying && this.#audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  get time() {
    return this.#audio.currentTime;
  }

  // In seconds; none while it is still being spoken.
  get length() {
    return Number.isFinite(this.#audio.duration) ? this.#audio.duration : undefined;
  }

  get speed() {
    return this.#audio.defaultPlaybackRate;
  }

  set speed(speed) {
    this.#audio.defaultPlaybackRate = this.#audio.playbackRate = speed;
  }

  // False where the browser wants a press of the person's first.
  async play(source, from = 0) {
    if (source !== this.#source) this.#load(source, from);
    try {
      await this.#audio.play();
      return true;
    } catch ({ name }) {
      return name !== "NotAllowedError"; // whatever else it is, "error" has told or something else plays by now
    }
  }

  pause() {
    this.#audio.pause();
  }

  // Lets go of it: what is still being spoken is heard by nobody here any more.
  stop() {
    if (!this.#source) return;
    this.#audio.pause();
    this.#source = "";
    this.#audio.removeAttribute("src");
    this.#audio.load();
    this.#tell("change");
  }

  seek(seconds) {
    this.#audio.currentTime = seconds;
  }

  nextSpeed() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    try {
      localStorage.setItem(SPEED, this.speed);
    } catch {
      // Private windows: it holds until the page is left.
    }
    this.#tell("change");
  }

  #load(source, from) {
    this.#source = source;
    this.#hasBegun = false;
    this.#audio.src = source;
    if (from) this.#audio.currentTime = from;
  }

  #began() {
    if (!this.#hasBegun) this.#tell("begin");
    this.#hasBegun = true;
    this.#tell("change");
  }

  #ended() {
    this.#tell("change");
    this.#tell("end");
  }

  #failed() {
    const source = this.#source;
    this.stop();
    this.#tell("fail", source);
  }

  #tell(name, source = this.#source) {
    this.dispatchEvent(new CustomEvent(name, { detail: source }));
  }
}

export const deck = new Deck();
