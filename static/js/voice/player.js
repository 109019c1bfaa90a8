// <sound-player data-src data-seconds data-peaks>: plays one sound, with its picture, its place and its speed.

import { deck } from "./deck.js";
import { levelsOf, pathOf, timeOf } from "./picture.js";

const STEP = 5; // seconds that an arrow key moves

class SoundPlayer extends HTMLElement {
  #ended;
  #at = 0; // where it stands while another sound plays

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    if (!this.firstElementChild) this.append(document.getElementById("player").content.cloneNode(true));
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.#place.addEventListener("input", () => this.#seek(Number(this.#place.value)), { signal });
    deck.addEventListener("change", () => this.#show(), { signal });
    this.#draw();
    this.#show();
  }

  // What can be seen nowhere any more is not heard either; one that is only moved is back at once.
  disconnectedCallback() {
    this.#ended.abort();
    const { src } = this.dataset;
    const isShown = () => [...document.querySelectorAll("sound-player")].some(({ dataset }) => dataset.src === src);
    setTimeout(() => deck.source === src && !isShown() && deck.stop());
  }

  static observedAttributes = ["data-peaks", "data-seconds"];

  attributeChangedCallback() {
    if (!this.isConnected || !this.firstElementChild) return;
    this.#draw();
    this.#show();
  }

  toggle() {
    if (this.#isMine && deck.isPlaying) deck.pause();
    else this.play();
  }

  // From its beginning where it has ended.
  play() {
    const isOver = this.#length && this.#at >= this.#length - 0.05;
    return deck.play(this.dataset.src, isOver ? 0 : this.#at);
  }

  get #isMine() {
    return deck.source === this.dataset.src;
  }

  get #length() {
    return (this.#isMine && deck.length) || Number(this.dataset.seconds) || 0;
  }

  get #place() {
    return this.querySelector(".player__place");
  }

  #clicked({ target }) {
    if (target.closest(".player__play")) this.toggle();
    else if (target.closest(".player__speed")) deck.nextSpeed();
  }

  #pressed(event) {
    const step = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || !this.#length) return;
    event.preventDefault();
    this.#seek(Math.max(0, Math.min(this.#length, this.#at + step)));
  }

  #seek(seconds) {
    this.#at = seconds;
    if (this.#isMine) deck.seek(seconds);
    this.#show();
  }

  #draw() {
    const path = pathOf(levelsOf(this.dataset.peaks ?? ""));
    for (const bars of this.querySelectorAll(".player__picture path")) bars.setAttribute("d", path);
  }

  #show() {
    if (this.#isMine) {
      this.#at = deck.time;
      if (deck.length && !this.dataset.seconds) this.dataset.seconds = deck.length; // known once all of it is here
    }
    const isPlaying = this.#isMine && deck.isPlaying;
    const length = this.#length;
    const now = isPlaying || this.#at ? timeOf(this.#at) : "";
    this.toggleAttribute("data-playing", isPlaying);
    this.toggleAttribute("data-waiting", this.#isMine && deck.isWaiting);
    const button = this.querySelector(".player__play");
    button.setAttribute("aria-label", isPlaying ? button.dataset.pause : button.dataset.play);
    button.title = button.ariaLabel;
    this.#place.max = length || 1;
    this.#place.value = length ? this.#at : 0;
    this.#place.disabled = !length;
    this.#place.setAttribute("aria-valuetext", timeOf(this.#at) + (length ? ` / ${timeOf(Math.ceil(length))}` : ""));
    this.style.setProperty("--played", length ? Math.min(1, this.#at / length) : 0);
    this.querySelector(".player__time").textContent =
      [now, length && timeOf(Math.ceil(length))].filter(Boolean).join(" / ") || timeOf(0);
    this.querySelector(".player__speed span").textContent = `${deck.speed}×`;
  }
}

customElements.define("sound-player", SoundPlayer);
