/** Small pictures made of text; every character is one column wide. */

const SPARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** @param ratio 0 to 1; outside it is clamped. */
export function bar(ratio: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, ratio)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/**
 * The last values as columns, oldest first, from zero to the highest of them.
 * More values than columns: the newest are shown. A flat zero is a flat line.
 */
export function sparkline(values: readonly number[], width: number): string {
  if (width <= 0) return '';
  const shown = values.slice(-width);
  const highest = Math.max(...shown, 0);
  return shown.map((value) => spark(highest === 0 ? 0 : value / highest)).join('');
}

/** Like a sparkline over a whole list: when it is too long, each column is the highest of its neighbours. */
export function skyline(values: readonly number[], width: number): string {
  if (values.length <= width) return sparkline(values, width);
  const columns = Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.floor(((column + 1) * values.length) / width);
    return Math.max(...values.slice(from, to));
  });
  return sparkline(columns, width);
}

/** Cuts to `width` columns, with a mark where something is missing. Control characters never reach the terminal. */
export function cut(text: string, width: number): string {
  const characters = [...text.replace(/\p{Cc}/gu, '?')];
  if (characters.length <= width) return characters.join('');
  return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}

function spark(ratio: number): string {
  return SPARKS[Math.min(SPARKS.length - 1, Math.floor(ratio * SPARKS.length))] ?? SPARKS[0];
}
