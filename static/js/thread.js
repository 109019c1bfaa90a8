// The messages of a conversation: where the reader is stays where it is, and screen readers are told.

const NEAR = 40; // px from the end that still count as being at it
const words = document.getElementById("words").dataset;
const say = (text) => (document.getElementById("status").textContent = text);

class MessageThread extends HTMLElement {
  #top = 0;
  #anchor;
  #held;
  #ended;
  #sizes;
  #announcer;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    this.#pill.addEventListener("click", () => this.#toEnd(), { signal });
    document.addEventListener("parley:sent", () => this.#toEnd(), { signal });
    document.addEventListener("htmx:before:swap", ({ detail }) => this.#before(detail.ctx), { signal });
    document.addEventListener("htmx:after:swap", ({ detail }) => this.#after(detail.ctx), { signal });
    this.#sizes = new ResizeObserver(() => this.#following && this.#toEnd());
    this.#sizes.observe(this);
    this.#sizes.observe(this.#messages);
    this.#announcer = new Announcer(this.#messages);
    this.#toEnd();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#sizes.disconnect();
    this.#announcer.stop();
  }

  // An attribute, because the browser's own keeping of the place must rest meanwhile (thread.css).
  get #following() {
    return this.hasAttribute("data-following");
  }

  set #following(following) {
    this.toggleAttribute("data-following", following);
  }

  get #messages() {
    return this.querySelector("#messages");
  }

  get #pill() {
    return document.getElementById("new");
  }

  #toEnd() {
    this.#following = true;
    this.#pill.hidden = true;
    this.scrollTop = this.scrollHeight;
    this.#top = this.scrollTop;
  }

  // Moving up, however little, ends the following, and coming down near the end begins it again; text that
  // grows leaves the end behind too, but moves nothing.
  #scrolled() {
    const left = this.scrollHeight - this.scrollTop - this.clientHeight;
    const isDown = this.scrollTop > this.#top;
    if (left <= 1 || (isDown && left <= NEAR)) this.#following = true;
    else if (this.scrollTop < this.#top) this.#following = false;
    if (this.#following) this.#pill.hidden = true;
    this.#top = this.scrollTop;
  }

  #before(ctx) {
    this.#held = this.contains(document.activeElement);
    if (!ctx.sourceElement?.closest?.("#earlier")) return;
    const first = this.querySelector(".message");
    this.#anchor = { ctx, first, y: first.getBoundingClientRect().top };
    this.toggleAttribute("data-loading", true);
  }

  #after(ctx) {
    if (this.#anchor?.ctx === ctx) this.#keepPlace(this.#anchor);
    else if (!this.#following && ctx.text?.includes('"#message')) this.#pill.hidden = false;
    // What had the focus is gone, as a button of an answer that was drawn anew: keep it near.
    if (this.#held && document.activeElement === document.body) this.focus({ preventScroll: true });
  }

  #keepPlace({ first, y }) {
    this.#following = false;
    this.scrollTop += first.getBoundingClientRect().top - y;
    this.#top = this.scrollTop;
    requestAnimationFrame(() => this.toggleAttribute("data-loading", false));
    this.#anchor = undefined;
  }
}

// Says that somebody answers, every 7 s that it still goes on, and the whole answer once at its end.
class Announcer {
  #messages;
  #observers;
  #answering = new Map();
  #asked;
  #timer;

  constructor(messages) {
    this.#messages = messages;
    // Two, so that the text that streams in below wakes neither.
    this.#observers = [new MutationObserver(() => this.#look()), new MutationObserver(() => this.#look())];
    this.#observers[0].observe(messages, { childList: true });
    this.#observers[1].observe(messages, { subtree: true, attributeFilter: ["data-status"] });
    this.#look();
  }

  stop() {
    for (const observer of this.#observers) observer.disconnect();
    clearInterval(this.#timer);
  }

  #look() {
    for (const article of this.#messages.querySelectorAll('[data-status="pending"], [data-status="processing"]')) {
      if (!article.matches(".message") || this.#answering.has(article.id)) continue;
      this.#answering.set(article.id, Date.now());
      say(words.answering.replace("%(name)s", article.dataset.name));
    }
    this.#ask(this.#messages.querySelector(".approval"));
    for (const id of this.#answering.keys()) {
      const article = document.getElementById(id);
      if (/^(pending|processing)$/.test(article?.dataset.status)) continue;
      this.#answering.delete(id);
      if (article) this.#read(article);
    }
    this.#tick();
  }

  // What an agent asks is said once, and then nothing is "still working" until somebody has decided.
  #ask(card) {
    const question = card?.getAttribute("aria-label");
    if (question && question !== this.#asked) say(`${card.closest(".message").dataset.name}: ${question}`);
    this.#asked = question;
  }

  #read(article) {
    const parts = article.querySelectorAll(".prose, .notice p, .message__end");
    const answer = document.createElement("p");
    answer.textContent = [...parts].map((part) => part.textContent.trim()).filter(Boolean).join(" ");
    document.getElementById("log").replaceChildren(answer);
    say("");
  }

  #tick() {
    if (!this.#answering.size) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else this.#timer ??= setInterval(() => this.#remind(), 7000);
  }

  #remind() {
    if (this.#asked) return;
    const since = Math.min(...this.#answering.values());
    say(`${words.working}, ${lengthOf(Date.now() - since)}`);
  }
}

function lengthOf(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const text = seconds < 60 ? words.seconds : words.minutes;
  return text.replace("%(m)s", Math.floor(seconds / 60)).replace("%(n)s", seconds % 60);
}

// How far this clock is from the server's, from the moment the page was drawn and the moment it arrived.
const arrived = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
const drawn = Number(document.getElementById("cursor")?.dataset.cursor ?? arrived * 1000) / 1000;

// <elapsed-time since="ISO">: counts in its shadow, where a swap of what is around it changes nothing.
class ElapsedTime extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #timer;

  connectedCallback() {
    this.#timer = setInterval(() => this.#show(), 1000);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const passed = Date.now() - (arrived - drawn) - Date.parse(this.getAttribute("since"));
    this.#root.textContent = passed >= 1000 ? lengthOf(passed) : "";
  }
}

customElements.define("message-thread", MessageThread);
customElements.define("elapsed-time", ElapsedTime);
