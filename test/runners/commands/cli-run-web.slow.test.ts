import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { describeInChromium, picture } from '../../browser.ts';
import { command, ENTRY, emptyFolder, plainEnvironment } from './cli-command.ts';

const SCENARIO = `name: watched
seed: 3
target: { kind: noop, shards: 2, delay: 5ms }
workloads:
  - name: numbers
    phases: [{ name: warm-up, duration: 1s, rate: 500/s, recorded: false }, { name: steady, duration: 7s, rate: 500/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: reader, kind: fan-out }]
thresholds: ['lost == 0']
`;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<unknown[]>;
  readonly stderr: () => string;
}

async function runWithPage(...flags: readonly string[]): Promise<Running> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'watched.yaml'), SCENARIO);
  const args = [ENTRY, 'run', 'watched.yaml', '--web', '--quiet', ...flags];
  const child = spawn(process.execPath, args, { cwd, env: plainEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await expect.poll(() => stderr, { timeout: 20_000 }).toMatch(/^live page: http:\/\/127\.0\.0\.1:\d+\/$/m);
  const url = /http:\S+/.exec(stderr)![0];
  return { child, url, ended, stderr: () => stderr };
}

describe('run --web', () => {
  test('ends with the command, even if a viewer is connected and does not read', async () => {
    const { url, ended, child } = await runWithPage();
    const response = await fetch(`${url}events`);
    await ended;
    await expect(fetch(url)).rejects.toThrow();
    expect(child.exitCode).not.toBe(1);
    await response.body?.cancel().catch(() => undefined);
  });

  test.each([
    ['--web-port', '70000'],
    ['--web-port', 'x'],
  ])('rejects %s %s as a usage error', async (...flags) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'watched.yaml'), SCENARIO);
    const { code, stderr } = await command(['run', 'watched.yaml', '--web', ...flags], { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('RUNNER_USAGE') });
  });

  test('--web-port needs --web', async () => {
    const { code, stderr } = await command(['run', 'web-clickstream', '--web-port', '0']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--web-port needs --web') });
  });
});

describeInChromium('the live page in a browser', (open) => {
  test('shows earlier seconds when it is opened late, and the verdict when it is opened again', async () => {
    const { url, ended } = await runWithPage();
    await sleep(4500);
    const first = await open(url);
    const seconds = first.page.locator('[data-table="rate"] tbody tr');
    await first.page.locator('[data-table="rate"] summary').click();
    // The page has every second, with those before it was opened.
    await expect.poll(() => seconds.first().locator('th').textContent()).toBe('0s');
    expect(await seconds.count()).toBeGreaterThan(1);
    await expect.poll(async () => (await picture(first.page, '#chart-rate canvas')).colours).toBeGreaterThan(3);
    await expect.poll(() => first.page.locator('[data-live="phase"]').textContent()).toMatch(/^steady, \ds of 8s$/);
    await first.page.close();
    const second = await open(url);
    await second.page.waitForSelector('html[data-ended]', { timeout: 30_000 });
    await ended;
    expect(await second.page.locator('.ruling strong').textContent()).toMatch(/^(?:PASSED|INVALID)$/);
    expect(await second.page.locator('#thresholds tbody tr').count()).toBe(2);
    expect(await second.page.locator('#ledger tbody tr').count()).toBe(1);
    for (const selector of ['#chart-latency canvas', '#chart-curve canvas', '#heat canvas']) {
      await expect
        .poll(async () => (await picture(second.page, selector)).colours, { message: selector })
        .toBeGreaterThan(3);
    }
    for (const { complaints, requests } of [first, second]) {
      expect(complaints).toEqual([]);
      expect(requests).toEqual([url, `${url}events`]);
    }
  });
});
