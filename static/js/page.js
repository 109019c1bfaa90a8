// What every page does: the list at the side, going from page to page, copying, the reader's time and colours.

const root = document.documentElement;
const keep = (name, value, seconds) => (document.cookie = `${name}=${value}; path=/; max-age=${seconds}; samesite=lax`);
const YEAR = 31_536_000;
const main = document.getElementById("main");

keep("tz", Intl.DateTimeFormat().resolvedOptions().timeZone, YEAR);

// The list: a column that can be put away, or on small screens a drawer.
class Sidebar {
  #narrow = matchMedia("(max-width: 50rem)");
  #list = document.getElementById("sidebar");
  #buttons = document.querySelectorAll("button[data-sidebar-toggle]");

  constructor() {
    this.#narrow.addEventListener("change", () => this.#say());
    this.#say();
  }

  get open() {
    return this.#narrow.matches ? root.dataset.drawer === "open" : root.dataset.sidebar !== "closed";
  }

  toggle() {
    if (this.#narrow.matches) root.dataset.drawer = this.open ? "closed" : "open";
    else {
      root.dataset.sidebar = this.open ? "closed" : "open";
      keep("sidebar", root.dataset.sidebar, YEAR);
    }
    this.#say();
    // The button that was pressed is hidden now; its counterpart is the next thing one looks for.
    [...this.#buttons].find((button) => this.#list.contains(button) === this.open)?.focus();
  }

  closeDrawer() {
    if (root.dataset.drawer === "open") this.toggle();
  }

  current(path) {
    for (const link of this.#list.querySelectorAll(".row__link")) {
      if (link.pathname === path) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  #say() {
    for (const button of this.#buttons) button.setAttribute("aria-expanded", this.open);
    main.toggleAttribute("inert", this.#narrow.matches && this.open);
  }
}

const sidebar = document.getElementById("sidebar") && new Sidebar();

// Links marked data-visit change #main only; the list, the socket's place and the scripts stay.
async function visit(path, push) {
  document.getElementById("notice").replaceChildren();
  await htmx.ajax("GET", path, { source: main, target: "#main", swap: "innerHTML", ...(push && { push: path }) });
  if (push && location.pathname + location.search !== path) return; // refused, and said so
  sidebar.closeDrawer();
  sidebar.current(location.pathname);
  if (!main.contains(document.activeElement)) main.focus({ preventScroll: true });
  document.getElementById("status").textContent = document.title;
}

const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-visit]");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  link.closest("dialog")?.close();
  visit(link.pathname + link.search, true);
});

document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  visit(event.detail.path, false);
});

// The address of a page that was refused is not where one is.
document.addEventListener("htmx:before:history:update", (event) => {
  if (event.detail.response?.status >= 400) event.preventDefault();
});

// After a start of a conversation or the deletion of this one the server says where to go.
document.addEventListener("htmx:after:history:push", () => sidebar?.current(location.pathname));

// Copying: a block of code as it stands, a message as it was written.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // plain http from another machine has no clipboard
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

async function textOf(button) {
  if (!button.dataset.copyFrom) return button.closest(".code").querySelector("code").textContent;
  const response = await fetch(button.dataset.copyFrom);
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  return response.text();
}

async function copied(button) {
  const { copied: done } = document.getElementById("words").dataset;
  await copy(await textOf(button));
  document.getElementById("status").textContent = done;
  if (button.matches("[data-copy]")) {
    const word = button.textContent;
    button.textContent = done;
    setTimeout(() => (button.textContent = word), 2000);
  } else {
    button.toggleAttribute("data-done", true);
    setTimeout(() => button.toggleAttribute("data-done", false), 2000);
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy], [data-copy-from]");
  if (button?.matches("button:not([data-done])")) copied(button);
  if (target.closest("[data-sidebar-toggle]")) sidebar.toggle();
  if (target.closest("[data-dismiss]")) target.closest(".notice").remove();
  if (target.closest("[data-reload]")) visit(location.pathname + location.search, false);
  if (target.closest("[data-reload-page]")) location.reload();
  if (target.closest("[data-theme-next]")) switchTheme();
});

// Light and dark: the settings show the choice at once; the palette switches for this page only.
function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = (root.dataset.theme ?? (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-theme-choice]")) return;
  if (target.value === "system") delete root.dataset.theme;
  else root.dataset.theme = target.value;
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "b") {
    event.preventDefault();
    sidebar?.toggle();
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open")) sidebar?.closeDrawer();
});

// A page for when there is no network, once the first page is done loading.
addEventListener("load", () => setTimeout(() => navigator.serviceWorker?.register("/sw.js").catch(() => {}), 2000));
