// In the audio's own thread: how loud each 50 ms are.

class Loudness extends AudioWorkletProcessor {
  #sum = 0;
  #count = 0;

  process([[samples = []]]) {
    for (const sample of samples) this.#sum += sample * sample;
    this.#count += samples.length;
    if (this.#count >= sampleRate / 20) {
      this.port.postMessage(Math.sqrt(this.#sum / this.#count));
      this.#sum = this.#count = 0;
    }
    return true;
  }
}

registerProcessor("loudness", Loudness);
