// Writing: keys, growth, drafts that survive a reload, and one client id for one intention to send.

const hasFieldSizing = CSS.supports("field-sizing", "content");
// Where a finger writes, the focus brings up a keyboard that covers half of what is read.
const hasMouse = matchMedia("(hover: hover) and (pointer: fine)").matches;
const isComposing = (event) => event.isComposing || event.keyCode === 229; // an input method is at work

// randomUUID is missing where the page came over plain http from another machine.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// What is being written in one place, with the id of a send that may or may not have arrived.
class Draft {
  #key;

  constructor(name) {
    this.#key = `parley:draft:${name}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? { text: "" };
    } catch {
      return { text: "" }; // no storage here, or not ours
    }
  }

  write(draft) {
    try {
      if (draft.text) localStorage.setItem(this.#key, JSON.stringify(draft));
      else localStorage.removeItem(this.#key);
    } catch {
      // Private windows and full disks: the text is still in the field.
    }
  }
}

// The same text sent again after a failure has the same id, so it is never stored twice.
class Attempt {
  #text;
  #id;

  constructor({ sent, id } = {}) {
    this.#text = sent;
    this.#id = id;
  }

  idFor(text) {
    if (this.#text !== text) [this.#text, this.#id] = [text, newId()];
    return this.#id;
  }

  get state() {
    return { sent: this.#text, id: this.#id };
  }
}

// A frame longer than the server takes would end the socket, and the test with it (FRAME_LIMIT, less its headers).
const MOST_BYTES = 255_000;
const bytesOf = (values) => new TextEncoder().encode(JSON.stringify(values)).length;

class MessageComposer extends HTMLElement {
  #draft;
  #attempt;
  #sending;
  #ended;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#draft = new Draft(this.dataset.draft);
    const kept = this.#draft.read();
    this.#attempt = new Attempt(kept);
    this.#field.value ||= kept.text;
    this.#grow();
    this.addEventListener("input", () => this.#written(), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.addEventListener("submit", (event) => this.#submitting(event), { capture: true, signal });
    this.addEventListener("htmx:after:request", ({ detail }) => this.#answered(detail.ctx), { signal });
    this.addEventListener("htmx:ws:before:message:outgoing", (event) => this.#weighed(event), { signal });
    this.addEventListener("htmx:ws:after:message:outgoing", ({ target }) => this.#sent(target), { signal });
    document.addEventListener("click", (event) => this.#clicked(event), { signal });
    if (hasMouse && this.#keeps) this.#field.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  // A test conversation, over a socket, has no draft: it is not what the page is for, and nothing of it is kept.
  get #keeps() {
    return "draft" in this.dataset;
  }

  get #form() {
    return this.querySelector("form");
  }

  get #field() {
    return this.querySelector("textarea");
  }

  #written() {
    document.getElementById("composer-error").replaceChildren();
    this.#keep();
    this.#grow();
  }

  #keep() {
    if (this.#keeps) this.#draft.write({ text: this.#field.value, ...this.#attempt.state });
  }

  #grow() {
    if (hasFieldSizing) return;
    this.#field.style.blockSize = "auto";
    this.#field.style.blockSize = `${this.#field.scrollHeight}px`;
  }

  #pressed(event) {
    if (event.target !== this.#field || isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.#field.value) {
      const buttons = document.querySelectorAll(".message__edit");
      if (!buttons.length) return;
      event.preventDefault();
      buttons[buttons.length - 1].click();
    }
  }

  #submitting(event) {
    const text = this.#field.value;
    if (!text.trim()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (!this.#keeps) return;
    this.#form.elements.client_id.value = this.#attempt.idFor(text);
    this.#sending = text;
    this.#keep();
  }

  #answered({ sourceElement, response }) {
    if (sourceElement !== this.#form || response.status >= 400) return;
    this.#attempt = new Attempt();
    if (this.#field.value === this.#sending) this.#field.value = "";
    document.getElementById("composer-error").replaceChildren();
    this.#keep();
    this.#grow();
    this.#sent(this.#form);
  }

  #weighed(event) {
    if (bytesOf(event.detail.message.values) <= MOST_BYTES) return;
    event.preventDefault();
    const words = document.getElementById("too-long").content.cloneNode(true);
    document.getElementById("composer-error").replaceChildren(words);
  }

  #sent(form) {
    if (form === this.#form) document.dispatchEvent(new CustomEvent("parley:sent"));
  }

  #clicked({ target }) {
    const starter = target.closest("[data-starter]");
    if (starter) {
      this.#field.value = starter.textContent.trim();
      this.#written();
      this.#form.requestSubmit();
    }
    // The button goes when the answer ends; the field is where one goes on.
    if (hasMouse && target.closest("#stop")) this.#field.focus();
  }
}

customElements.define("message-composer", MessageComposer);

// Pressed twice, Stop means the same answer twice, not also the one that waits behind it.
const WRITING = '.message[data-status="processing"], .message[data-status="pending"]';
document.addEventListener("htmx:config:request", ({ target, detail: { ctx } }) => {
  const writing = target.id === "stop" && document.querySelector(WRITING);
  if (writing) ctx.request.body.set("answer", writing.id.replace("message-", ""));
});

// Saying the last message in other words.
const attempts = new WeakMap();
const toField = () => hasMouse && document.getElementById("composer-text")?.focus();

function closeEdit(form) {
  form.remove();
  toField();
}

document.addEventListener("submit", ({ target: form }) => {
  if (!form.matches(".edit")) return;
  if (!attempts.has(form)) attempts.set(form, new Attempt());
  form.elements.client_id.value = attempts.get(form).idFor(form.elements.content.value);
}, { capture: true });

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches?.(".edit") && ctx.response.status < 400) closeEdit(ctx.sourceElement);
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-cancel]")) closeEdit(target.closest(".edit"));
});

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented) return;
  const form = event.target.closest?.(".edit");
  if (form && event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
    event.preventDefault();
    form.requestSubmit();
  }
  if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
  const stop = document.getElementById("stop");
  if (form) closeEdit(form);
  else if (stop?.checkVisibility()) stop.click();
});
