// Sending a recording: htmx draws what it is answered with; what goes wrong is told to who sent it.

// What came of it: "sent", "review" with {transcript, recording_id}, "unheard" where there was nothing to understand,
// or "failed"; the last two with the server's words, if it had any.
class Outcome {
  constructor(kind, data = {}) {
    this.kind = kind;
    this.data = data;
  }
}

// As fetch does it, but it tells when everything is sent: from there on it is the server that works.
function post(url, { headers, signal }, body, uploaded) {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onload = uploaded;
    request.onerror = request.ontimeout = () => reject(new TypeError("no answer"));
    request.onabort = () => reject(new DOMException("left", "AbortError"));
    request.onload = () => resolve(request);
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

function headersOf(request) {
  const lines = request.getAllResponseHeaders().trim().split("\r\n");
  return new Headers(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
}

function dataOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

const NOT_HEARD = [400, 422];
const STOP = () => new DOMException("told by its outcome", "AbortError"); // htmx leaves what is aborted to us

// Nobody waits for it: what is gone already is as good.
export function takeBack(source, url) {
  htmx.ajax("DELETE", url, {
    source,
    swap: "none",
    fetch: async (...asked) => {
      await fetch(...asked).catch(() => {});
      throw STOP();
    },
  });
}

// `form` has the fields; the element `source` says where to. Gives an Outcome, and never raises.
export async function send(source, form, uploaded) {
  let outcome = new Outcome("failed");
  await htmx.ajax("POST", source.dataset.send, {
    source,
    target: "#composer-error",
    swap: "innerHTML",
    fetch: async (url, options) => {
      const request = await post(url, options, form, uploaded).catch(() => { throw STOP(); });
      if (new URL(request.responseURL).pathname.startsWith("/accounts/login/")) {
        location.reload();
        throw STOP();
      }
      const isPage = !headersOf(request).get("Content-Type")?.includes("json");
      const data = isPage ? {} : dataOf(request);
      if (NOT_HEARD.includes(request.status)) outcome = new Outcome("unheard", data);
      else if (request.status >= 400) outcome = new Outcome("failed", data);
      else if (!isPage) outcome = new Outcome("review", data);
      else {
        outcome = new Outcome("sent");
        return new Response(request.responseText, { status: request.status, headers: headersOf(request) });
      }
      throw STOP();
    },
  });
  return outcome;
}
