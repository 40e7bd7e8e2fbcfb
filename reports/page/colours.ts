/** The style sheet defines the colours, once for light and once for dark; a canvas must look them up. */
const known = new Map<string, string>();

export function colour(name: string): string {
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    known.set(name, value);
  }
  return value;
}

/** Clears the cache; needed after a change of theme. */
export function forgetColours(): void {
  known.clear();
}

/** Returns the colour of a run in an overlay. Runs differ by hue and lightness and, after the sixth, by dashes. */
export function runColour(index: number): string {
  return colour(`run-${index % 6}`);
}

export function runDash(index: number): number[] {
  return index < 6 ? [] : [6, 3];
}

/** Returns 256 colours from the background to the deepest, with red, green and blue side by side. */
export function colourRamp(): Uint8ClampedArray {
  const stops = ['heat-0', 'heat-1', 'heat-2', 'heat-3'].map((name) => channelsOf(colour(name)));
  const ramp = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (stops.length - 1);
    const left = Math.min(stops.length - 2, Math.floor(at));
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [stops[left]![channel]!, stops[left + 1]![channel]!];
      ramp[i * 3 + channel] = from + (to - from) * (at - left);
    }
  }
  return ramp;
}

function channelsOf(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
