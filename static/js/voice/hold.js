// Holding a button: how it ends, where it was held rather than clicked.

const HELD = 500; // ms from which on it is no click
const AWAY = 80; // px that slide it away

// Resolves with "released" or "away" at the end of what began with `event`; a click gives undefined.
// Meanwhile `shown` has data-away where letting go would cancel.
export function whileHeld(event, shown) {
  const ended = new AbortController();
  const { signal } = ended;
  const isAway = ({ clientX, clientY }) => Math.hypot(clientX - event.clientX, clientY - event.clientY) > AWAY;
  return new Promise((resolve) => {
    const end = (how) => {
      ended.abort();
      shown.toggleAttribute("data-away", false);
      resolve(how);
    };
    const only = (act) => (later) => later.pointerId === event.pointerId && act(later);
    addEventListener("pointermove", only((moved) => shown.toggleAttribute("data-away", isAway(moved))), { signal });
    addEventListener("pointercancel", only(() => end("released")), { signal });
    addEventListener("pointerup", only((up) => {
      if (up.timeStamp - event.timeStamp < HELD) end();
      else end(isAway(up) ? "away" : "released");
    }), { signal });
  });
}
