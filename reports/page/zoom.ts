/** A view of a part of the run's time. */
export interface TimeView {
  show(fromSeconds: number, toSeconds: number): void;
}

const ZOOM_SECONDS_MIN = 1;
const STEP_RATIO = 0.25;

/** The part of the time that all time charts show. */
export class Zoom {
  readonly #views: TimeView[] = [];
  readonly #whole: () => [number, number];
  readonly #onChange: (isZoomed: boolean) => void;
  #range: [number, number] | undefined;

  /** @param whole returns the time of the run, which grows during the run. */
  constructor(whole: () => [number, number], onChange: (isZoomed: boolean) => void) {
    this.#whole = whole;
    this.#onChange = onChange;
  }

  get range(): [number, number] {
    return this.#range ?? this.#whole();
  }

  get isZoomed(): boolean {
    return this.#range !== undefined;
  }

  add(view: TimeView): void {
    this.#views.push(view);
  }

  clear(): void {
    this.#views.length = 0;
  }

  /** Shows a part in all views. A part that covers the whole time resets the zoom; an unchanged part does nothing. */
  show(fromSeconds: number, toSeconds: number): void {
    const [start, end] = this.#whole();
    const from = Math.max(start, Math.min(fromSeconds, end - ZOOM_SECONDS_MIN));
    const to = Math.min(end, Math.max(toSeconds, from + ZOOM_SECONDS_MIN));
    const isWhole = near(from, start, end) && near(to, end, end);
    if (isWhole ? !this.isZoomed : near(from, this.range[0], end) && near(to, this.range[1], end)) return;
    this.#range = isWhole ? undefined : [from, to];
    this.#apply();
  }

  reset(): void {
    if (!this.isZoomed) return;
    this.#range = undefined;
    this.#apply();
  }

  /**
   * Handles plus, minus, Shift with arrows, 0 and Escape.
   * @returns false for any other key.
   */
  takeKey(event: KeyboardEvent, aroundSeconds: number | undefined): boolean {
    const [from, to] = this.range;
    const length = to - from;
    const around =
      aroundSeconds !== undefined && aroundSeconds >= from && aroundSeconds <= to ? aroundSeconds : from + length / 2;
    const scaled = (ratio: number) => this.show(around - (around - from) * ratio, around + (to - around) * ratio);
    if (event.key === '+' || event.key === '=') scaled(1 / 2);
    else if (event.key === '-') scaled(2);
    else if (event.key === '0' || event.key === 'Escape') this.reset();
    else if (event.key === 'ArrowLeft' && event.shiftKey) this.#pan(-STEP_RATIO * length);
    else if (event.key === 'ArrowRight' && event.shiftKey) this.#pan(STEP_RATIO * length);
    else return false;
    return true;
  }

  #pan(seconds: number): void {
    const [start, end] = this.#whole();
    const [from, to] = this.range;
    const by = Math.max(start - from, Math.min(end - to, seconds));
    this.show(from + by, to + by);
  }

  #apply(): void {
    for (const view of this.#views) view.show(...this.range);
    this.#onChange(this.isZoomed);
  }
}

function near(a: number, b: number, end: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, end);
}
