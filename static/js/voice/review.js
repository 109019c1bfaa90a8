// A transcript to look over, where the server wants that: it stands in the field, and sending it sends the recording.

import { expected } from "./aloud.js";
import { forget } from "./kept.js";

const reviews = new WeakMap(); // form → what of it is looked over

// `heard` is {transcript, recording_id, url}, as the server gave it; `recorded` is kept until the server has taken it.
export function review(form, heard, recorded) {
  end(form);
  const row = document.getElementById("reviewed").content.cloneNode(true).firstElementChild;
  row.querySelector("[data-discard]").addEventListener("click", () => discard(form));
  form.querySelector(".kept").append(row);
  reviews.set(form, { ...heard, id: recorded.id, row });
  const field = form.elements.content;
  field.value = heard.transcript;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function end(form) {
  const reviewed = reviews.get(form);
  if (!reviewed) return;
  reviews.delete(form);
  reviewed.row.remove();
  forget(reviewed.id);
}

function discard(form) {
  const { url } = reviews.get(form);
  end(form);
  form.elements.content.value = "";
  form.elements.content.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.content.focus();
  htmx.ajax("DELETE", url, { source: form.querySelector("voice-recorder"), swap: "none" });
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const reviewed = ctx.request.method === "POST" && reviews.get(ctx.sourceElement);
  if (!reviewed) return;
  expected.expect();
  ctx.request.action = `${reviewed.url}send/`;
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.request.method === "POST" && ctx.response.status < 400) end(ctx.sourceElement);
});
