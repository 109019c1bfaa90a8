// <voice-recorder>: what stands in the place of the text while one speaks, and while that is on its way.

import { expected } from "./aloud.js";
import { deck } from "./deck.js";
import { whileHeld } from "./hold.js";
import { keep } from "./kept.js";
import { KeptList } from "./kept-list.js";
import { closeMicrophone, Meter, NoMicrophone, openMicrophone } from "./microphone.js";
import { levelOf, pathOf, timeOf } from "./picture.js";
import { Recording } from "./recording.js";
import { resume, review } from "./review.js";
import { send } from "./sending.js";

const SHORTEST = 0.4; // seconds; less is a slip of the finger
const WARN = 20; // seconds before the end from which on they are counted down
const MARGIN = 0.5; // seconds for what comes after the last look at the clock
const SHOWN = 48; // levels in the picture: the last 2.4 s
const say = (text) => (document.getElementById("status").textContent = text);

class VoiceRecorder extends HTMLElement {
  #state = "idle"; // opening, recording, sending
  #stream;
  #recording;
  #meter;
  #levels = [];
  #timer;
  #kept;
  #ended;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    document.addEventListener("keydown", (event) => this.#pressed(event), { capture: true, signal });
    this.querySelector("[data-voice-cancel]").addEventListener("click", () => this.cancel(), { signal });
    this.#kept = new KeptList(this.#form.querySelector(".kept"), this);
    this.#show();
  }

  // Whoever leaves while it records finds it again where it was to be sent.
  disconnectedCallback() {
    this.#ended.abort();
    if (this.#state === "recording") this.#end().then((recorded) => this.#isWorthIt(recorded) && keep(recorded));
    this.#release();
  }

  async #show() {
    const reviewed = await this.#kept.show(this.dataset.place);
    if (reviewed && this.isConnected && this.#state === "idle") resume(this.#form, reviewed);
  }

  get state() {
    return this.#state;
  }

  set #shown(state) {
    this.#state = state;
    this.closest(".composer__box").dataset.voice = state;
    const { record, finish } = this.button.dataset;
    this.button.setAttribute("aria-label", state === "recording" ? finish : record);
    this.button.title = this.button.ariaLabel;
  }

  get button() {
    return this.#form.querySelector(".composer__microphone");
  }

  get #form() {
    return this.closest("form");
  }

  // `event` is the pointerdown it began with, if any: held, its release sends.
  async begin(event) {
    const released = event && whileHeld(event, this);
    this.#shown = "opening";
    deck.pause();
    document.getElementById("composer-error").replaceChildren();
    try {
      this.#stream = await openMicrophone();
      if (!this.isConnected) return this.#release();
      await this.#listen();
    } catch (error) {
      this.#shown = "idle";
      this.#release();
      return explain(error instanceof NoMicrophone ? error.reason : "busy");
    }
    const how = await released; // never, where nothing is held
    if (this.#state !== "recording") return;
    if (how === "away") this.cancel();
    // Let go while the browser asked for leave, it was never held.
    else if (how === "released" && this.#recording.seconds >= SHORTEST) this.finish();
  }

  cancel() {
    if (this.#state !== "recording") return;
    this.#recording.stop();
    this.#release();
    this.#shown = "idle";
    say(this.dataset.cancelled);
    this.button.focus();
  }

  async finish() {
    if (this.#state !== "recording") return;
    this.#shown = "sending";
    const recorded = await this.#end();
    this.#release();
    if (this.#isWorthIt(recorded)) return this.deliver(recorded);
    this.#shown = "idle";
    say(this.dataset.cancelled);
  }

  // Sends it, and keeps it until the server has it. Gives what came of it.
  async deliver(recorded) {
    this.#shown = "sending";
    await keep(recorded);
    this.#doing(this.dataset.uploading);
    expected.expect();
    const outcome = await send(this, this.#formOf(recorded), () => this.#doing(this.dataset.transcribing));
    this.#shown = "idle";
    await this.#settle(recorded, outcome);
    return outcome;
  }

  async #settle(recorded, { kind, data }) {
    if (kind === "failed" || kind === "unheard") {
      expected.forget();
      this.#kept.add(recorded, data.detail ?? data.fallback_message ?? this.dataset.failed);
      return;
    }
    say("");
    if (kind === "review") return review(this.#form, recorded, data);
    await this.discard(recorded);
    document.dispatchEvent(new CustomEvent("parley:sent"));
  }

  discard({ id }) {
    return this.#kept.remove(id);
  }

  // What was looked over and cannot be any more.
  unsent(recorded) {
    this.#kept.add(recorded, this.dataset.unsent);
  }

  async #listen() {
    this.#levels = [];
    this.#recording = new Recording(this.#stream);
    this.#meter = new Meter();
    this.#stream.getTracks()[0].addEventListener("ended", () => this.finish());
    this.#timer = setInterval(() => this.#tick(), 100);
    this.#shown = "recording";
    this.#tick();
    say(this.dataset.recording);
    // Where it cannot be measured how loud it is, as in an old browser, it is recorded all the same.
    await this.#meter.start(this.#stream, this.dataset.loudness, (loudness) => this.#heard(loudness)).catch(() => {});
  }

  async #end() {
    const { seconds } = this.#recording;
    const blob = await this.#recording.stop();
    const id = crypto.randomUUID();
    return { id, place: this.dataset.place, blob, seconds, levels: this.#levels, at: Date.now() };
  }

  #isWorthIt({ blob, seconds }) {
    return blob.size > 0 && seconds >= SHORTEST;
  }

  #release() {
    clearInterval(this.#timer);
    this.#meter?.stop();
    this.#meter = undefined;
    if (this.#stream) closeMicrophone(this.#stream);
    this.#stream = undefined;
  }

  #heard(loudness) {
    this.#levels.push(levelOf(loudness));
    const last = this.#levels.slice(-SHOWN);
    const path = pathOf([...Array(SHOWN - last.length).fill(0), ...last], SHOWN);
    this.querySelector(".recorder__picture path").setAttribute("d", path);
    this.#tick();
  }

  #tick() {
    const { seconds } = this.#recording;
    const left = Number(this.dataset.most) - seconds;
    const isEnding = left <= WARN;
    this.querySelector(".recorder__time").textContent = timeOf(seconds);
    const words = this.querySelector(".recorder__left");
    if (isEnding && !this.hasAttribute("data-ending")) say(this.#leftWords(WARN));
    this.toggleAttribute("data-ending", isEnding);
    words.textContent = isEnding ? this.#leftWords(Math.max(0, Math.ceil(left))) : "";
    if (left <= MARGIN) this.finish();
  }

  #leftWords(seconds) {
    return this.dataset.left.replace("%(n)s", seconds);
  }

  #doing(words) {
    this.querySelector(".recorder__doing").textContent = words;
    say(words);
  }

  #formOf({ id, blob }) {
    const form = new FormData();
    form.append("audio", blob, "recording");
    form.append("client_id", id);
    if (this.dataset.agent) form.append("agent", this.dataset.agent);
    return form;
  }

  #pressed(event) {
    if (event.key !== "Escape" || this.#state !== "recording") return;
    event.preventDefault();
    event.stopPropagation(); // it means the recording, not also the answer under way
    this.cancel();
  }
}

customElements.define("voice-recorder", VoiceRecorder);

// Why there is no microphone, in words, and what to do about it.
export function explain(reason) {
  const notice = document.getElementById("no-microphone").content.cloneNode(true);
  for (const words of notice.querySelectorAll("[data-reason]")) if (words.dataset.reason !== reason) words.remove();
  document.getElementById("composer-error").replaceChildren(notice);
}

// The button was pressed: it begins, or ends what it began.
export function press(button, event) {
  if (button.disabled) return; // its picture was pressed
  const recorder = button.closest("form").querySelector("voice-recorder");
  if (recorder.state === "idle") recorder.begin(event);
  else recorder.finish();
}
