// Sends a call from the page about the API, and shows what is answered while it comes.

const MOST = 200_000; // signs that are shown
const page = document.getElementById("reference");
const key = document.getElementById("key");

class ApiCall extends HTMLElement {
  #form = this.querySelector("form");
  #stop = this.querySelector("[name=stop]");
  #outcome = this.querySelector(".call__outcome");
  #call = null;

  connectedCallback() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#stop.addEventListener("click", () => this.#call?.abort());
  }

  disconnectedCallback() {
    this.#call?.abort();
  }

  async #send() {
    this.#call?.abort();
    const call = (this.#call = new AbortController());
    this.#stop.hidden = false;
    const began = performance.now();
    try {
      const response = await fetch(this.#address(), { ...this.#request(), signal: call.signal });
      const kind = response.headers.get("Content-Type") ?? "";
      const took = Math.round(performance.now() - began);
      this.#say(`${response.status} ${response.statusText} · ${took} ms · ${kind}`, "");
      await this.#show(response, kind);
    } catch (error) {
      if (error.name !== "AbortError") this.#say(page.dataset.wordsAway, "");
    } finally {
      if (this.#call === call) this.#stop.hidden = true;
    }
  }

  async #show(response, kind) {
    const shown = this.#outcome.querySelector("pre");
    if (!/json|text|xml/.test(kind)) {
      const { size } = await response.blob();
      shown.textContent = size ? `${size} ${page.dataset.wordsBytes}` : "";
    } else if (kind.includes("json")) {
      const text = await response.text();
      shown.textContent = JSON.stringify(JSON.parse(text), null, 2).slice(0, MOST);
    } else {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        shown.textContent = (shown.textContent + piece.value).slice(-MOST);
      }
    }
  }

  #say(status, text) {
    this.#outcome.hidden = false;
    this.#outcome.querySelector(".call__status").textContent = status;
    this.#outcome.querySelector("pre").textContent = text;
  }

  #fields(place) {
    return [...this.#form.querySelectorAll(`[data-place=${place}]`)].filter((field) => field.value);
  }

  #address() {
    const values = Object.fromEntries(this.#fields("path").map(({ name, value }) => [name, value]));
    const path = this.dataset.path.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
    const query = new URLSearchParams(this.#fields("query").map(({ name, value }) => [name, value]));
    return query.size ? `${path}?${query}` : path;
  }

  #request() {
    const method = this.dataset.verb;
    const headers = Object.fromEntries(this.#fields("header").map(({ name, value }) => [name, value]));
    if (key.value) headers.Authorization = `Bearer ${key.value.trim()}`;
    else if (method !== "GET") headers["X-CSRFToken"] = page.dataset.token;
    const credentials = key.value ? "omit" : "same-origin";
    const [written] = this.#fields("body");
    if (written) headers["Content-Type"] = "application/json";
    return { method, headers, credentials, body: written ? written.value : this.#filled() };
  }

  #filled() {
    const filled = [...this.#fields("form"), ...this.#fields("file")];
    if (!filled.length) return undefined;
    const data = new FormData();
    for (const { name, value, files } of filled) {
      if (files) [...files].forEach((file) => data.append(name, file));
      else data.append(name, value);
    }
    return data;
  }
}

customElements.define("api-call", ApiCall);

// A link to a call or a schema opens it.
const open = () => {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
};
addEventListener("hashchange", open);
open();
