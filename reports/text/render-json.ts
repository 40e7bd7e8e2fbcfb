import type { Result } from '../result/result.ts';

/** Renders the result without its cells and series, for scripts. The names are those of result.json. */
export function renderJson(result: Result): string {
  const { cells: _cells, series: _series, scenario, ...rest } = result;
  const { name, target } = scenario;
  return `${JSON.stringify({ ...rest, scenario: { name, target } }, null, 2)}\n`;
}
