import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { command, emptyFolder, whenMachineIsQuiet } from '../runners/commands/cli-command.ts';

/**
 * Renews the pictures of the documents from a run that is made now, which takes a minute:
 *
 *   node test/screenshots/make-screenshots.ts [FOLDER OF A RUN]
 */

const IMAGES = resolve(import.meta.dirname, '../../docs/images');
const MOST_BYTES = 200_000;

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** The first thing to be seen; the top of the page where it is left out. */
  readonly from?: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'report', width: 1200, height: 1130, colorScheme: 'light' },
  { name: 'report-dark', width: 1200, height: 940, colorScheme: 'dark', from: '#waterfall' },
  { name: 'report-phone', width: 390, height: 844, colorScheme: 'light' },
];

const page = await reportOf(process.argv[2] ?? (await runNow()));
mkdirSync(IMAGES, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const shot of SHOTS) await take(shot);
} finally {
  await browser.close();
}

async function runNow(): Promise<string> {
  const folder = join(emptyFolder(), 'checkout');
  const scenario = join(import.meta.dirname, 'checkout.yaml');
  const run = () => command(['run', scenario, '--out', folder, '--quiet']);
  const { stdout, stderr } = await whenMachineIsQuiet(run, join(folder, 'result.json'));
  process.stderr.write(stderr + stdout);
  return folder;
}

async function reportOf(folder: string): Promise<string> {
  const file = join(emptyFolder(), 'report.html');
  const { code, stderr } = await command(['report', folder, '--format', 'html', '--out', file]);
  if (code !== 0) throw new Error(stderr);
  return pathToFileURL(file).href;
}

async function take({ name, width, height, colorScheme, from }: Shot): Promise<void> {
  const tab = await browser.newPage({ viewport: { width, height }, colorScheme });
  await tab.goto(page);
  await tab.waitForSelector('html[data-drawn]');
  // Tables are there to be opened; pictures of charts say more.
  await tab.evaluate("document.querySelectorAll('details').forEach((table) => { table.open = false; })");
  const top = from === undefined ? 0 : ((await tab.locator(from).boundingBox())?.y ?? 0) - 12;
  const path = join(IMAGES, `${name}.png`);
  await tab.screenshot({ path, fullPage: true, clip: { x: 0, y: top, width, height } });
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
  process.stderr.write(`wrote ${path}, ${Math.round(size / 1000)} kB\n`);
  await tab.close();
}
