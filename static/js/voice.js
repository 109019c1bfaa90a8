// What has to do with sound comes when it is first needed: most pages are only read.

const playing = () => import("./voice/player.js");
const aloud = () => import("./voice/aloud.js");
const recording = () => import("./voice/recorder.js");
const handsFree = () => import("./voice/hands-free.js");

// A page that kept a recording for later has said so (voice/kept.js).
function look() {
  if (document.querySelector("sound-player")) playing();
  if (document.querySelector("voice-recorder") && localStorage.getItem("parley:recordings")) recording();
}

const comes = ({ target }) => target.closest?.("voice-recorder, .composer__microphone") && recording();

document.addEventListener("htmx:after:swap", look);
document.addEventListener("pointerover", comes, { passive: true });
document.addEventListener("focusin", comes);

// The microphone is heard when it is pressed, so that it can be held. A click without that is a key's, or comes
// from a screen reader.
let wasPressed = false;

document.addEventListener("pointerdown", async (event) => {
  const button = event.isPrimary && event.button === 0 && event.target.closest(".composer__microphone");
  wasPressed = Boolean(button);
  if (button) (await recording()).press(button, event);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-aloud], .composer__microphone, .composer__hands-free");
  if (!button) return;
  if (button.matches("[data-aloud]")) (await aloud()).press(button);
  else if (button.matches(".composer__hands-free")) (await handsFree()).begin(button);
  else if (event.detail === 0 || !wasPressed) (await recording()).press(button);
});

look();
