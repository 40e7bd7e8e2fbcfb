import type { Result } from '../result/result.ts';

/** The result without its cells and series: what a script looks at after a run. Same names as in result.json. */
export function renderJson(result: Result): string {
  const { cells: _cells, series: _series, scenario, ...rest } = result;
  const { name, target } = scenario;
  return `${JSON.stringify({ ...rest, scenario: { name, target } }, null, 2)}\n`;
}
