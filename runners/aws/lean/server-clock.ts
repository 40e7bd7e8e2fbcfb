/** Signatures are valid for five minutes. Source: AWS Signature Version 4; the SDKs correct their clock by the same time. */
const SKEW_MS_MAX = 300_000;

/** The service's time, by the Date headers of its responses. */
export class ServerClock {
  #date = '';
  #dateMs = Number.NaN;
  #offsetMs = 0;

  /** Time of the last response in epoch ms, in whole seconds; NaN before the first. */
  get seenMs(): number {
    return this.#dateMs;
  }

  /** Time to sign with: this machine's, corrected if it differs too much for a signature. */
  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  /** @returns true if the header changed the time to sign with. */
  see(date: string): boolean {
    if (date === this.#date || date === '') return false;
    const dateMs = Date.parse(date);
    if (Number.isNaN(dateMs)) return false;
    this.#date = date;
    this.#dateMs = dateMs;
    if (Math.abs(this.nowMs() - dateMs) < SKEW_MS_MAX) return false;
    this.#offsetMs = dateMs - Date.now();
    return true;
  }
}
