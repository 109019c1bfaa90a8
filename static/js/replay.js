// Plays a run's log back: the frames its page was sent, each at its moment, by the swaps of the live page.

const SILENCE = 1000; // ms that a longer silence is cut to, where they are skipped
const BUDGET = 8; // ms of drawing in one picture, at the highest speed
const NEAR = 40; // px from the end that still count as being at it
const OF_THEIR_OWN = "button, input, a, summary, textarea, dialog";

const clock = (ms) => `${Math.floor(ms / 60_000)}:${((Math.floor(ms / 100) / 10) % 60).toFixed(1).padStart(4, "0")}`;

class RunReplay extends HTMLElement {
  #frames = [];
  #snapshots = [];
  #times = []; // when each frame is due, in ms
  #drawn = 0; // frames on the page
  #at = 0; // ms
  #playing = false;
  #button = this.querySelector("button");
  #range = this.querySelector("[type=range]");
  #output = this.querySelector("output");
  #skip = this.querySelector("[name=skip]");
  #thread = document.getElementById("thread");
  #ended = new AbortController();

  async connectedCallback() {
    const response = await fetch(this.dataset.frames);
    if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
    ({ frames: this.#frames, snapshots: this.#snapshots } = await response.json());
    if (!this.#frames.length) return this.#say(this.dataset.nothing);
    this.#button.disabled = this.#range.disabled = false;
    this.#button.addEventListener("click", () => this.#play(!this.#playing));
    this.#range.addEventListener("input", () => this.#seek(Number(this.#range.value)));
    this.#skip.addEventListener("change", () => this.#retime());
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal: this.#ended.signal });
    this.#retime();
    this.#play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  get #speed() {
    return Number(this.querySelector("[name=speed]:checked").value);
  }

  get #length() {
    return this.#times.at(-1);
  }

  // The moment stays the same frame when silences come or go.
  #retime() {
    const most = this.#skip.checked ? SILENCE : Infinity;
    let at = 0;
    this.#times = this.#frames.map(([ms], i) => (at += Math.min(most, ms - (this.#frames[i - 1]?.[0] ?? 0))));
    this.#range.max = this.#length;
    this.#range.step = Math.max(1, this.#length / 100);
    this.#show(this.#drawn ? this.#times[this.#drawn - 1] : 0);
  }

  #play(playing) {
    if (playing === this.#playing) return;
    if (playing && this.#drawn === this.#frames.length) this.#seek(0);
    this.#playing = this.dataset.playing = playing;
    this.#button.ariaLabel = this.#button.title = playing ? this.dataset.pause : this.dataset.play;
    if (playing) requestAnimationFrame((before) => this.#tick(before));
  }

  #tick(before) {
    requestAnimationFrame((now) => {
      if (!this.#playing || !this.isConnected) return;
      const until = performance.now() + BUDGET;
      if (this.#speed) this.#seek(this.#at + (now - before) * this.#speed);
      else while (this.#drawn < this.#frames.length && performance.now() < until) this.#seek(this.#times[this.#drawn]);
      if (this.#drawn < this.#frames.length) return this.#tick(now);
      this.#play(false);
      this.#say(this.dataset.end);
    });
  }

  #seek(ms) {
    const next = this.#times.findIndex((time) => time > ms);
    const { scrollHeight, scrollTop, clientHeight } = this.#thread;
    this.#draw(next < 0 ? this.#frames.length : next);
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#thread.scrollTop = this.#thread.scrollHeight;
    this.#show(Math.min(ms, this.#length));
  }

  #draw(count) {
    const [start, message] = this.#snapshots.findLast(([before]) => before <= count);
    if (count < this.#drawn || start > this.#drawn) {
      this.#swap(message);
      this.#drawn = start;
    }
    while (this.#drawn < count) this.#swap(this.#frames[this.#drawn++][1]);
  }

  #swap(text) {
    htmx.swap({ sourceElement: this, target: this, swap: "innerHTML swapEmpty:false", text, transition: false });
  }

  #show(ms) {
    this.#at = ms;
    this.#range.value = ms;
    this.#output.value = this.#range.ariaValueText = `${clock(ms)} / ${clock(this.#length)}`;
  }

  #say(text) {
    document.getElementById("status").textContent = text;
  }

  #pressed(event) {
    if (event.key !== " " || event.target.closest(OF_THEIR_OWN) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#play(!this.#playing);
  }
}

customElements.define("run-replay", RunReplay);
