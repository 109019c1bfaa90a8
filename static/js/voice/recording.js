// One recording: what MediaRecorder makes of a stream, in a format that this browser has.

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS_PER_SECOND = 48_000; // two minutes are 0.7 MB

export class Recording {
  #recorder;
  #pieces = [];
  #begun = performance.now();

  constructor(stream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    this.#recorder.addEventListener("dataavailable", ({ data }) => this.#pieces.push(data));
    this.#recorder.start();
  }

  get seconds() {
    return (performance.now() - this.#begun) / 1000;
  }

  // The bytes, once the last of them is there.
  stop() {
    return new Promise((resolve) => {
      const done = () => resolve(new Blob(this.#pieces, { type: this.#recorder.mimeType }));
      if (this.#recorder.state === "inactive") return done(); // the device has gone
      this.#recorder.addEventListener("stop", done, { once: true });
      this.#recorder.stop();
    });
  }
}
