// The microphone: opened at a press, told why it cannot be, and how loud it is meanwhile.

const REASONS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

// `reason` is one of insecure, unsupported, refused, none and busy; the page has words for each.
export class NoMicrophone extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export async function openMicrophone() {
  if (!isSecureContext) throw new NoMicrophone("insecure");
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) throw new NoMicrophone("unsupported");
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch ({ name }) {
    throw new NoMicrophone(REASONS[name] ?? "busy");
  }
}

export function closeMicrophone(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// Calls `heard` with the loudness (the root of the mean square, 0 to 1) of every 50 ms, in a hidden tab too.
export class Meter {
  #context = new AudioContext();

  async start(stream, script, heard) {
    await this.#context.audioWorklet.addModule(script);
    const loudness = new AudioWorkletNode(this.#context, "loudness", { numberOfOutputs: 0 });
    loudness.port.onmessage = ({ data }) => heard(data);
    this.#context.createMediaStreamSource(stream).connect(loudness);
    await this.#context.resume();
  }

  stop() {
    this.#context.close();
  }
}
