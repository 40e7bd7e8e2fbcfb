import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import type { LiveWeb } from '../web/live-web.ts';

/**
 * Opens the live page if --web is set. Its address is printed on stderr even with --quiet: without it the page is useless.
 * @throws RUNNER_USAGE for an invalid port, RUNNER_WEB_FAILED for a port that is in use.
 */
export async function openWeb(
  scenario: Scenario,
  { web, webPort }: { readonly web?: boolean | undefined; readonly webPort?: string | undefined },
): Promise<LiveWeb | undefined> {
  if (web !== true) return undefined;
  const port = portOf(webPort ?? '0');
  const { LiveWeb } = await import('../web/live-web.ts');
  const print = (text: string) => process.stderr.write(`${text}\n`);
  const live = await LiveWeb.open(scenario, port, print);
  print(`live page: ${live.url}`);
  return live;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  const what = `--web-port must be a whole number from 0 to 65535, got "${text}"`;
  throw runnerError('RUNNER_USAGE', { what, fix: 'Remove --web-port to use any free port.' });
}
