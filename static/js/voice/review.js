// A transcript to look over, where the server wants that: it stands in the field, and sending it sends the recording.
// What was typed before comes back afterwards. One at a time: until it is sent or thrown away, nothing else is recorded.

import { expected } from "./aloud.js";
import { forget, keep } from "./kept.js";
import { takeBack } from "./sending.js";

const BUTTONS = ".composer__microphone, .composer__hands-free, .kept [data-again]";
const GONE = 404; // the server keeps what is not sent for a day
const reviews = new WeakMap(); // form → {recorded, row}
const recorderOf = (form) => form.querySelector("voice-recorder");

// `heard` is {transcript, url}, as the server gave it. `recorded` is kept with it until the server has taken it.
export function review(form, recorded, { transcript, url }) {
  if (reviews.has(form)) putBack(form, end(form));
  const typed = form.elements.content.value;
  const reviewed = { ...recorded, heard: { transcript, url, typed, agent: recorderOf(form).dataset.agent } };
  show(form, reviewed);
  write(form, transcript);
  form.elements.content.focus();
  return keep(reviewed);
}

// The page was left meanwhile. The field has what was changed since; only another agent has not heard it.
export function resume(form, recorded) {
  const { heard } = recorded;
  if (heard.agent !== recorderOf(form).dataset.agent) return putBack(form, recorded);
  show(form, recorded);
  if (!form.elements.content.value) write(form, heard.transcript);
}

function show(form, recorded) {
  end(form);
  const row = document.getElementById("reviewed").content.cloneNode(true).firstElementChild;
  row.querySelector("[data-typed]").hidden = !recorded.heard.typed;
  row.querySelector("[data-discard]").addEventListener("click", () => discard(form));
  form.querySelector(".kept").append(row);
  reviews.set(form, { recorded, row });
  lock(form, true);
}

function lock(form, isLocked) {
  for (const button of form.querySelectorAll(BUTTONS)) button.disabled = isLocked;
}

function write(form, text) {
  form.elements.content.value = text;
  form.elements.content.dispatchEvent(new Event("input", { bubbles: true }));
}

// Gives what was looked over, if anything was.
function end(form) {
  const reviewed = reviews.get(form);
  if (!reviewed) return undefined;
  reviews.delete(form);
  reviewed.row.remove();
  lock(form, false);
  return reviewed.recorded;
}

function putBack(form, { heard, ...recorded }) {
  write(form, heard.typed);
  takeBack(recorderOf(form), heard.url);
  return unsent(form, recorded);
}

// It can be sent again, and is listened to anew.
function unsent(form, recorded) {
  recorderOf(form).unsent(recorded);
  return keep(recorded);
}

function discard(form) {
  const { id, heard } = end(form);
  write(form, heard.typed);
  form.elements.content.focus();
  takeBack(recorderOf(form), heard.url);
  forget(id);
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const reviewed = ctx.request.method === "POST" && reviews.get(ctx.sourceElement);
  if (!reviewed) return;
  expected.expect();
  ctx.request.action = `${reviewed.recorded.heard.url}send/`;
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (ctx.request.method !== "POST" || !reviews.has(form)) return;
  const isSent = ctx.response.status < 400;
  if (!isSent && ctx.response.status !== GONE) return;
  const { heard, ...recorded } = end(form);
  write(form, [heard.typed, form.elements.content.value].filter(Boolean).join("\n")); // one may write on meanwhile
  if (isSent) forget(recorded.id);
  else unsent(form, recorded);
});
