import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import type { LiveWeb } from '../web/live-web.ts';

/**
 * The live page, where it was asked for; its address goes to stderr, also with --quiet, which would make it useless.
 * @throws RUNNER_USAGE for a port that is none, RUNNER_WEB_FAILED for one that cannot be had.
 */
export async function openWeb(
  scenario: Scenario,
  { web, webPort }: { readonly web?: boolean | undefined; readonly webPort?: string | undefined },
): Promise<LiveWeb | undefined> {
  if (web !== true) return undefined;
  const port = portOf(webPort ?? '0');
  const { LiveWeb } = await import('../web/live-web.ts');
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const live = await LiveWeb.open(scenario, port, say);
  say(`live page: ${live.url}`);
  return live;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  const fix = 'Give 0 to 65535, or leave it out for a port that is free.';
  throw runnerError('RUNNER_USAGE', { what: `--web-port ${text} is not a port`, fix });
}
