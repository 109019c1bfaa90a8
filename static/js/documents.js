// The documents of an agent: dropped or chosen, and sent one after another, so that each is answered for itself.

const STOP = () => new DOMException("told in its line", "AbortError"); // htmx leaves what is aborted to us

class AgentDocuments extends HTMLElement {
  #ended;
  #waiting = [];
  #sending = false;
  #deletion;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("change", ({ target }) => this.#take(target.files), { signal });
    this.addEventListener("dragover", (event) => this.#over(event), { signal });
    this.addEventListener("dragleave", ({ relatedTarget }) => this.contains(relatedTarget) || this.#left(), { signal });
    this.addEventListener("drop", (event) => this.#dropped(event), { signal });
    this.addEventListener("click", ({ target }) => (this.#deletion = target.closest(".document button")), { signal });
    this.addEventListener("htmx:after:swap", () => this.#drawn(), { signal });
    for (const name of ["htmx:before:response", "htmx:after:request", "htmx:error"]) {
      this.addEventListener(name, (event) => this.#looked(event), { signal });
    }
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  get #form() {
    return this.querySelector("form.drop");
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("data-over", true);
  }

  #left() {
    this.toggleAttribute("data-over", false);
  }

  #dropped(event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#left();
    this.#take(event.dataTransfer.files);
  }

  #take(files) {
    if (!this.#sending) this.#refusals.replaceChildren();
    for (const file of files) {
      if (file.size > Number(this.dataset.most)) this.#refuse(file, "large");
      else this.#waiting.push(file);
    }
    this.#form.reset(); // the same file can be chosen again
    if (!this.#sending) this.#sendAll();
  }

  async #sendAll() {
    this.#sending = true;
    for (let file = this.#waiting.shift(); file; file = this.#waiting.shift()) {
      this.#say(this.dataset.sending.replace("%(name)s", () => file.name));
      if (!(await this.#send(file))) this.#refuse(file, "away");
    }
    this.#sending = false;
    this.#say("");
  }

  // Whether the server has answered for it, with a row or with a reason.
  async #send(file) {
    const form = new FormData(this.#form);
    form.set("file", file);
    let answered = false;
    await htmx.ajax("POST", this.#form.getAttribute("action"), {
      source: this.#form,
      target: "#documents",
      swap: "outerMorph",
      fetch: async (url, options) => {
        const answer = await fetch(url, { ...options, body: form }).catch(() => { throw STOP(); });
        answered = !answer.redirected && [200, 422].includes(answer.status);
        if (!answered) throw STOP();
        return answer;
      },
    });
    return answered;
  }

  get #refusals() {
    return this.querySelector("#document-refusals");
  }

  #refuse({ name }, why) {
    const line = this.querySelector(`[data-refusal=${why}]`).content.cloneNode(true);
    line.querySelector("b").textContent = name;
    this.#refusals.append(line);
  }

  #say(words) {
    const line = this.querySelector(".knowledge__sending");
    line.lastElementChild.textContent = words;
    line.hidden = !words;
  }

  // Who deleted a row by keyboard goes on from here, not from the top of the page.
  #drawn() {
    if (!this.#deletion || this.#deletion.isConnected) return;
    this.#deletion = undefined;
    if (document.activeElement === document.body) this.#form.elements.file.focus({ preventScroll: true });
  }

  // A look at the rows that fails is tried again in a second: no word about it, and no sign-in page over the form.
  #looked(event) {
    const { sourceElement, response } = event.detail.ctx ?? {};
    if (sourceElement?.id !== "documents-again") return;
    if (response?.status < 400 && !response.raw?.redirected) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("agent-documents", AgentDocuments);
