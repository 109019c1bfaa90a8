// What comes over the socket: the swap styles "place" and "add", where to resume, and the line that says it is away.

let api;
const { signedOut } = document.getElementById("words").dataset;

// The first child that stands after `order`; messages and days carry data-order, and most news is at the end.
function standsAfter(list, order) {
  let after = null;
  for (let child = list.lastElementChild; child?.dataset.order > order; child = child.previousElementSibling) {
    after = child;
  }
  return after;
}

function placeOne(list, fresh) {
  const former = document.getElementById(fresh.id);
  if (former?.dataset.order !== fresh.dataset.order) {
    former?.remove(); // a day whose first message is another one now
    list.insertBefore(fresh, standsAfter(list, fresh.dataset.order));
    return fresh;
  }
  if (!former.querySelector("form.edit")) {
    const fragment = new DocumentFragment();
    fragment.append(fresh);
    api.morph(former, fragment, false);
  }
  return former;
}

htmx.registerExtension("parley", {
  init(internal) {
    api = internal;
  },
  handle_swap(style, target, fragment) {
    if (style !== "place" && style !== "add") return false;
    const fresh = [...fragment.children].filter(({ id }) => id && (style === "place" || !document.getElementById(id)));
    return fresh.map((one) => placeOne(target, one));
  },
  // What a reader has opened stays open when it is drawn again.
  htmx_before_morph_attr(element, { attrName }) {
    return !(attrName === "open" && element.localName === "details");
  },
});

// The socket asks for what came after the newest thing this page has seen, not after its first drawing.
document.addEventListener("htmx:ws:before:connection", ({ detail: { connection } }) => {
  const url = new URL(connection.url);
  url.searchParams.set("cursor", document.getElementById("cursor").dataset.cursor);
  url.searchParams.set("list", document.querySelector("[data-list-version]")?.dataset.listVersion ?? "");
  connection.url = url.href;
});

const PATIENCE = 2000; // ms without connection before a word is said about it
const GONE = "parley:gone"; // the page before this one was of a conversation that is gone
const LEAVING = 300; // ms in which the answer to a deletion takes its own page away
const NOT_SIGNED_IN = 4401;
const NOT_FOUND = 4404;

class ConnectionLine {
  #timer;

  lost({ reason, code }, socket) {
    if (reason !== "closed") return;
    if (code === NOT_FOUND) return setTimeout(() => socket.isConnected && this.#gone(), LEAVING);
    if (code === NOT_SIGNED_IN) return this.#signedOut(socket.id);
    this.#timer ??= setTimeout(() => this.#show(true), PATIENCE);
  }

  back() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#show(false);
  }

  // The conversation was deleted elsewhere, or is no longer this person's. Who deleted it here has left by now.
  #gone() {
    sessionStorage.setItem(GONE, "1");
    location.assign("/");
  }

  // Loading again asks for the sign-in. Not in a form, where what is written would be gone, and only after a
  // while: a page that is refused at once would load again and again.
  #signedOut(id) {
    if (id === "live" && performance.now() > 2 * PATIENCE) return location.reload();
    document.getElementById("connection").textContent = signedOut;
    this.#show(true);
  }

  #show(shown) {
    const line = document.getElementById("connection");
    line.hidden = !shown;
    if (shown) document.getElementById("status").textContent = line.textContent;
  }
}

if (sessionStorage.getItem(GONE)) {
  sessionStorage.removeItem(GONE);
  document.getElementById("notice").replaceChildren(document.getElementById("gone").content.cloneNode(true));
}

const line = new ConnectionLine();
document.addEventListener("htmx:ws:close", ({ detail, target }) => line.lost(detail, target));
document.addEventListener("htmx:ws:after:connection", () => line.back());

// A server that is away or broken, or a page that is too old for it, is said where the person is.
function say(template, { sourceElement }) {
  const place = sourceElement?.closest("#composer") ? "composer-error" : "notice";
  document.getElementById(place).replaceChildren(document.getElementById(template).content.cloneNode(true));
}

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.request && !ctx.response) say("no-server", ctx);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status >= 500) say("no-server", ctx);
  else if (ctx.response.status >= 400 && /^\s*<!doctype/i.test(ctx.text)) {
    event.preventDefault(); // a whole page, as for a token that has run out, does not belong in a part of one
    say("stale-page", ctx);
  }
});

// A session that has ended answers with the sign-in page: go there whole.
document.addEventListener("htmx:before:response", (event) => {
  const { raw } = event.detail.ctx.response;
  if (!raw.redirected || !new URL(raw.url).pathname.startsWith("/accounts/login/")) return;
  event.preventDefault();
  location.reload();
});
