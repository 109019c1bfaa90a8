// Reading aloud: any message at a press, and the answers to what was said here, as they come.

import { deck } from "./deck.js";
import "./player.js";
import { takeBack } from "./sending.js";

const say = (text) => (document.getElementById("status").textContent = text);
const isSpeech = (source) => source.startsWith("/api/messages/");
const buttonOf = (article) => article.querySelector("[data-aloud]");

function slotFor(source) {
  const button = [...document.querySelectorAll("[data-aloud]")].find(({ dataset }) => dataset.aloud === source);
  return button?.closest(".message").querySelector(".message__speech");
}

function playerIn(slot, { aloud, seconds, peaks }) {
  const open = slot.querySelector("sound-player");
  if (open) return open;
  const player = document.createElement("sound-player");
  Object.assign(player.dataset, { src: aloud, ...(seconds && { seconds, peaks }) });
  player.setAttribute("role", "group");
  player.setAttribute("aria-label", document.getElementById("player").dataset.speech);
  slot.replaceChildren(player);
  return player;
}

// One that has been heard goes when another is read.
function putAwayOthers(slot) {
  for (const other of document.querySelectorAll(".message__speech")) if (other !== slot) other.replaceChildren();
}

function read(article) {
  const slot = article.querySelector(".message__speech");
  putAwayOthers(slot);
  return playerIn(slot, buttonOf(article).dataset).play();
}

// The button of a message: again, it pauses and goes on.
export function press(button) {
  expected.forget();
  const article = button.closest(".message");
  if (deck.source === button.dataset.aloud && deck.isPlaying) deck.pause();
  else read(article);
}

const ANSWERS = "article.message--assistant";

// The answers that come to what was said here, one after another.
class Expected {
  #known;
  #waiting = [];

  // To be called before it is sent: what is here by then is an answer to something else.
  expect() {
    this.#known = new Set([...document.querySelectorAll(ANSWERS)].map(({ id }) => id));
    this.#waiting = [];
  }

  forget() {
    this.#known = undefined;
    this.#waiting = [];
  }

  look() {
    if (!this.#known) return;
    for (const { id } of document.querySelectorAll(ANSWERS)) {
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      this.#waiting.push(id);
    }
    if (!deck.isPlaying) this.next();
  }

  // False where there is no other.
  next() {
    const article = document.getElementById(this.#waiting[0]);
    if (!article || !buttonOf(article)) return false;
    this.#waiting.shift();
    read(article);
    return true;
  }
}

export const expected = new Expected();

// Silence, here and, since nobody else may be listening, where it is made.
export function hush() {
  expected.forget();
  const { source } = deck;
  if (!isSpeech(source)) return;
  deck.stop();
  const isKept = document.querySelector(`[data-aloud="${source}"]`)?.dataset.peaks;
  if (!isKept) takeBack(document.getElementById("status"), source);
}

function failed(source) {
  const slot = isSpeech(source) && slotFor(source);
  if (!slot) return;
  slot.replaceChildren(document.getElementById("speech-failed").content.cloneNode(true));
  say(slot.querySelector("p").textContent);
}

// What was heard while it was made has a picture once it is kept.
function complete() {
  for (const player of document.querySelectorAll(".message__speech sound-player:not([data-peaks])")) {
    const { seconds, peaks } = buttonOf(player.closest(".message"))?.dataset ?? {};
    if (peaks) Object.assign(player.dataset, { seconds, peaks });
  }
}

document.addEventListener("htmx:after:swap", () => {
  complete();
  expected.look();
});
// Once they are read, what comes is the answer to something else.
function goOn(source) {
  if (isSpeech(source) && !expected.next()) expected.forget();
}

deck.addEventListener("end", ({ detail }) => goOn(detail));
deck.addEventListener("fail", ({ detail }) => {
  failed(detail);
  goOn(detail);
});

// Whoever writes, or asks again, reads.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const isSaid = ctx.request.method === "POST" && ctx.sourceElement.closest("#composer, .message");
  if (isSaid && !ctx.sourceElement.closest("voice-recorder, .approval")) expected.forget();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("#stop")) hush();
  const again = target.closest("[data-aloud-again]");
  if (again) read(again.closest(".message"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !deck.isPlaying) return;
  if (!document.querySelector("dialog[open], :popover-open")) hush();
});
