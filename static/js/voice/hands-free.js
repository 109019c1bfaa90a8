// Hands-free: it listens, notices by itself when one has spoken, answers aloud, and listens again.

import { Activity } from "./activity.js";
import { hush } from "./aloud.js";
import { captionAt } from "./captions.js";
import { deck } from "./deck.js";
import { closeMicrophone, Meter, NoMicrophone, openMicrophone } from "./microphone.js";
import { levelOf } from "./picture.js";
import { explain } from "./recorder.js";
import { Recording } from "./recording.js";

const PATIENCE = 60; // seconds of silence after which nobody is there any more
const BEFORE = 3; // seconds of silence that a recording may begin with
const MARGIN = 0.5; // seconds for what comes after the last look at the clock
const ANSWERING = { onset: 300, ratio: 6 }; // over the page's own voice it takes more to be heard
const say = (text) => (document.getElementById("status").textContent = text);
const recorder = () => document.querySelector("voice-recorder");

class HandsFree {
  #state = ""; // listening, sending, thinking, speaking
  #form;
  #stream;
  #meter = new Meter();
  #activity = new Activity();
  #recording;
  #levels = [];
  #silent = 0;
  #isMoving = false;
  #lock;
  #ended = new AbortController();

  async start() {
    const { signal } = this.#ended;
    deck.stop();
    this.#stream = await openMicrophone();
    await this.#meter.start(this.#stream, recorder().dataset.loudness, (loudness) => this.#heard(loudness));
    this.#lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    this.#stream.getTracks()[0].addEventListener("ended", () => this.end(), { signal });
    document.addEventListener("keydown", (event) => this.#pressed(event), { capture: true, signal });
    document.addEventListener("click", ({ target }) => target.closest("[data-hands-free-end]") && this.end(), { signal });
    document.addEventListener("htmx:after:swap", () => this.#moved(), { signal });
    deck.addEventListener("begin", () => this.#enter("speaking"), { signal });
    deck.addEventListener("end", () => this.#spoken(), { signal });
    deck.addEventListener("fail", () => this.#spoken(), { signal });
    deck.addEventListener("change", () => this.#follow(), { signal });
    this.#open();
    this.#enter("listening");
    this.#panel.querySelector("button").focus();
  }

  // Also of a mode that has not quite begun.
  end() {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    hush();
    this.#recording?.stop();
    this.#meter.stop();
    this.#lock?.release();
    if (this.#stream) closeMicrophone(this.#stream);
    if (!this.#form) return;
    const isHere = this.#form.contains(document.activeElement);
    this.#form.toggleAttribute("data-hands-free", false);
    say(this.#panel.dataset.ended);
    if (isHere) this.#form.querySelector(".composer__hands-free").focus();
  }

  get #panel() {
    return this.#form.querySelector(".hands-free");
  }

  #open() {
    this.#form = document.getElementById("composer");
    this.#form.toggleAttribute("data-hands-free", true);
  }

  // The first message leads to its conversation, and the mode goes with it; everywhere else it ends.
  #moved() {
    if (this.#form.isConnected) return this.#captionWhatWasSaid();
    if (!this.#isMoving || !recorder()) return this.end();
    this.#isMoving = false;
    this.#open();
    this.#enter(this.#state);
    this.#captionWhatWasSaid();
    this.#panel.querySelector("button").focus();
  }

  #enter(state) {
    if (state !== this.#state) say(this.#panel.dataset[state]);
    if (state !== "sending" && !this.#recording) this.#renew();
    this.#state = state;
    this.#panel.dataset.state = state;
    this.#panel.querySelector(".hands-free__state").textContent = this.#panel.dataset[state];
    this.#silent = 0;
  }

  #caption(text) {
    this.#panel.querySelector(".hands-free__caption").textContent = text;
  }

  // The new one begins before the one before it ends, so that no word falls between them.
  #renew() {
    const before = this.#recording;
    this.#recording = new Recording(this.#stream);
    this.#levels = [];
    before?.stop();
  }

  #heard(loudness) {
    this.#panel.style.setProperty("--level", levelOf(loudness).toFixed(2));
    if (this.#state === "sending") return;
    this.#levels.push(levelOf(loudness));
    const told = this.#activity.hear(loudness, this.#state === "listening" ? {} : ANSWERING);
    this.#panel.toggleAttribute("data-hearing", this.#activity.isSpeaking);
    if (told === "began") this.#interrupt();
    else if (told === "ended" || this.#isFull) this.#deliver();
    else if (told === "noise") this.#renew();
    else if (!this.#activity.isSpeaking) this.#wait();
  }

  get #isFull() {
    return this.#activity.isSpeaking && this.#recording.seconds > Number(recorder().dataset.most) - MARGIN;
  }

  #wait() {
    if (this.#recording.seconds > BEFORE) this.#renew();
    this.#silent += 0.05;
    if (this.#state === "listening" && this.#silent > PATIENCE) this.end();
  }

  // Whoever speaks over an answer wants neither to hear it nor to have it go on.
  #interrupt() {
    if (this.#state !== "listening") {
      hush();
      const stop = document.getElementById("stop");
      if (document.querySelector('.message[data-status="processing"], .message[data-status="pending"]')) stop?.click();
    }
    this.#enter("listening");
    this.#caption("");
  }

  async #deliver() {
    const recording = this.#recording;
    const recorded = {
      id: crypto.randomUUID(),
      place: recorder().dataset.place,
      seconds: recording.seconds,
      levels: this.#levels,
      at: Date.now(),
    };
    this.#recording = undefined;
    this.#activity.reset();
    this.#enter("sending");
    recorded.blob = await recording.stop();
    const from = recorder();
    this.#isMoving = "agent" in from.dataset;
    const { kind, data } = await from.deliver(recorded);
    if (this.#ended.signal.aborted) return;
    if (kind === "failed") return this.end();
    if (kind === "unheard") this.#again(from, recorded, data);
    else this.#think(kind);
  }

  #again(from, recorded, { detail, fallback_message: words }) {
    this.#isMoving = false;
    from.discard(recorded);
    this.#enter("listening");
    this.#caption(detail ?? words ?? "");
  }

  // Where a transcript is to be looked over, in this mode its speaker has: they hear what is made of it.
  #think(kind) {
    if (kind === "review") this.#form.requestSubmit();
    this.#enter("thinking");
    this.#captionWhatWasSaid();
  }

  #captionWhatWasSaid() {
    if (this.#state !== "thinking") return;
    const said = document.querySelectorAll(".message--user:not(.message--theirs) .message__said");
    this.#caption(said[said.length - 1]?.textContent ?? "");
  }

  // An answer may be followed by that of another agent, which begins by itself.
  #spoken() {
    if (this.#state === "sending") return;
    this.#enter("listening");
    this.#caption("");
  }

  #follow() {
    if (this.#state !== "speaking" || !deck.source) return;
    const article = document.querySelector(`[data-aloud="${deck.source}"]`)?.closest(".message");
    if (!article) return;
    const text = [...article.querySelectorAll(".prose")].map(({ textContent }) => textContent).join("\n");
    this.#caption(captionAt(text, deck.time, deck.length));
  }

  #pressed(event) {
    if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
    event.preventDefault();
    event.stopPropagation();
    this.end();
  }
}

let mode;

export async function begin(button) {
  if (button.disabled) return; // its picture was pressed
  mode?.end();
  mode = new HandsFree();
  try {
    await mode.start();
  } catch (error) {
    mode.end();
    explain(error instanceof NoMicrophone ? error.reason : "unsupported");
  }
}
