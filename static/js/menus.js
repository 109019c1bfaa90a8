// The menu of a conversation, its dialogs, the palette behind Ctrl+K and the list of keys.

const menu = document.getElementById("conversation-menu");
const dialog = document.getElementById("dialog");
const found = document.getElementById("sidebar-found");
const search = document.getElementById("sidebar-search");
const archive = document.querySelector("[data-show-archive]");
const currentId = () => document.getElementById("live")?.dataset.conversation ?? "";

// One menu for all rows: it is told whose it is when it opens.
class ConversationMenu {
  #button;
  #owner;

  constructor() {
    document.addEventListener("click", ({ target }) => this.#clicked(target), { capture: true });
    menu.addEventListener("beforetoggle", ({ newState }) => this.#toggled(newState === "open"));
    menu.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #clicked(target) {
    const button = target.closest("[popovertarget='conversation-menu']");
    if (button) [this.#button, this.#owner] = [button, button.closest("[data-url]")];
    const action = target.closest("#conversation-menu [data-do]")?.dataset.do;
    if (!action) return;
    menu.hidePopover();
    this[action]();
  }

  #toggled(open) {
    this.#button.setAttribute("aria-expanded", open);
    if (!open) return;
    menu.toggleAttribute("data-pinned", "pinned" in this.#owner.dataset);
    menu.toggleAttribute("data-archived", "archived" in this.#owner.dataset);
    const files = this.#owner.querySelector("#conversation-files")?.dataset.count ?? "0";
    menu.querySelector("[data-file-count]").textContent = files;
    menu.querySelector("[data-do=files]").hidden = files === "0";
    requestAnimationFrame(() => this.#place());
  }

  // At the button, and inside the window.
  #place() {
    const at = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = at.bottom + 4 + height < innerHeight;
    menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
    menu.querySelector("[role=menuitem]").focus();
  }

  #pressed(event) {
    const items = [...menu.querySelectorAll("[role=menuitem]:not([hidden])")];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") menu.hidePopover();
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length).focus();
  }

  #post(action, values = {}) {
    const path = `${this.#owner.dataset.url}${action}/?current=${currentId()}`;
    return htmx.ajax("POST", path, { target: "#sidebar-list", swap: "innerMorph", values }).then(findAgain);
  }

  rename() {
    this.#show("rename");
  }

  files() {
    this.#show("files");
  }

  async #show(name) {
    const body = document.getElementById("dialog-body");
    body.replaceChildren();
    await htmx.ajax("GET", `${this.#owner.dataset.url}${name}/`, { target: "#dialog-body", swap: "innerHTML" });
    if (body.firstElementChild) dialog.showModal();
  }

  pin() {
    const pinned = this.#owner.toggleAttribute("data-pinned");
    this.#post("pin", { pinned: Number(pinned) });
  }

  archive() {
    const archived = this.#owner.toggleAttribute("data-archived");
    this.#post("archive", { archived: Number(archived) });
  }

  delete() {
    const question = document.getElementById("delete-dialog");
    question.querySelector("[data-title]").textContent = this.#owner.dataset.title;
    question.returnValue = "";
    question.addEventListener("close", () => question.returnValue === "delete" && this.#post("delete"), { once: true });
    question.showModal();
  }
}

if (menu && search) new ConversationMenu();

// The list of what was found, or of the archive, stands in for the list while there is something in it.
function findAgain() {
  if (search.value) htmx.trigger(search, "again");
  else if (archive.ariaExpanded === "true") htmx.ajax("GET", archive.dataset.showArchive, { target: "#sidebar-found" });
}

function showList() {
  archive.ariaExpanded = "false";
  found.replaceChildren();
}

archive?.addEventListener("click", () => {
  const shown = archive.ariaExpanded === "true";
  search.value = "";
  showList();
  if (shown) return;
  archive.ariaExpanded = "true";
  findAgain();
});

search?.addEventListener("input", () => search.value.trim() || showList());
search?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !search.value) return;
  event.stopPropagation();
  search.value = "";
  showList();
});
for (const field of document.querySelectorAll("input[type=search][hx-get]")) {
  field.addEventListener("htmx:config:request", (event) => field.value.trim() || event.preventDefault());
}

// A form in the dialog closes it when the server has taken it.
dialog?.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.request.action += `?current=${currentId()}`;
});
dialog?.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches("form") && ctx.response.status < 400) {
    dialog.close();
    findAgain();
  }
});
dialog?.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]") || target === dialog) dialog.close();
});

// Ctrl+K: the field keeps what is typed, arrows go through what it finds, Enter takes the first.
class Palette {
  #dialog = document.getElementById("palette");
  #field = this.#dialog.querySelector("input");
  #results = document.getElementById("palette-results");

  constructor() {
    this.#field.addEventListener("input", () => this.#typed());
    this.#dialog.addEventListener("keydown", (event) => this.#pressed(event));
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog || target.closest("button")) this.#dialog.close();
    });
  }

  open() {
    if (this.#dialog.open) return this.#dialog.close();
    document.querySelector("dialog[open]")?.close();
    this.#field.value = "";
    this.#typed();
    this.#dialog.showModal();
  }

  get #items() {
    return [...this.#dialog.querySelectorAll(".palette__item")].filter((item) => item.checkVisibility());
  }

  #typed() {
    const wanted = this.#field.value.trim().toLowerCase();
    if (!wanted) this.#results.replaceChildren();
    const actions = this.#dialog.querySelector("[data-actions]");
    for (const item of actions.querySelectorAll("li")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
    actions.hidden = !actions.querySelector("li:not([hidden])");
  }

  #pressed(event) {
    const items = this.#items;
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      (items[at + step] ?? this.#field).focus();
    } else if (event.key === "Escape") {
      event.preventDefault(); // a search field would only empty itself
      this.#dialog.close();
    } else if (event.key === "Enter" && at < 0 && !event.isComposing) {
      event.preventDefault();
      items[0]?.click();
    }
  }
}

const palette = document.getElementById("palette") && new Palette();
const shortcuts = document.getElementById("shortcuts");
const isTyping = ({ target }) => target.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    palette?.open();
  } else if (!command && !event.altKey && !isTyping(event) && !document.querySelector("dialog[open]")) {
    if (event.key === "?") shortcuts?.showModal();
    if (event.key !== "/") return;
    event.preventDefault();
    document.getElementById("composer-text")?.focus();
  }
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-shortcuts]")) shortcuts.showModal();
  if (target === shortcuts) shortcuts.close();
});

if (/Mac|iP/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-mod-k]")) key.textContent = "⌘K";
}
