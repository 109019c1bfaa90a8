// The recordings of this conversation that the server does not have, each with what can be done about it.

import { forget, keptFor } from "./kept.js";
import "./player.js";

const hex = (level) => Math.round(level * 255).toString(16).padStart(2, "0");

export class KeptList {
  #list;
  #recorder;

  constructor(list, recorder) {
    this.#list = list;
    this.#recorder = recorder;
  }

  // Gives the one of them that was being looked over, if any.
  async show(place) {
    const all = await keptFor(place);
    const reviewed = all.filter(({ heard }) => heard).at(-1);
    for (const one of all) if (one !== reviewed) this.add(one, this.#recorder.dataset.unsent);
    return reviewed;
  }

  add(recorded, why) {
    const row = document.getElementById("kept-recording").content.cloneNode(true).firstElementChild;
    row.dataset.recording = recorded.id;
    row.querySelector("p").textContent = why;
    const player = row.querySelector("sound-player");
    const { seconds, levels } = recorded;
    Object.assign(player.dataset, { src: URL.createObjectURL(recorded.blob), seconds, peaks: levels.map(hex).join("") });
    row.querySelector("[data-again]").addEventListener("click", () => this.#again(recorded));
    row.querySelector("[data-discard]").addEventListener("click", () => this.#discard(recorded));
    this.#take(recorded.id);
    this.#list.append(row);
  }

  // It is with the server now, or nobody wants it.
  async remove(id) {
    this.#take(id);
    await forget(id);
  }

  #take(id) {
    const row = this.#list.querySelector(`[data-recording="${id}"]`);
    if (!row) return;
    URL.revokeObjectURL(row.querySelector("sound-player").dataset.src);
    row.remove();
  }

  #again(recorded) {
    if (this.#recorder.state !== "idle") return;
    this.#take(recorded.id);
    this.#recorder.deliver(recorded);
  }

  async #discard({ id }) {
    await this.remove(id);
    document.getElementById("composer-text").focus();
  }
}
