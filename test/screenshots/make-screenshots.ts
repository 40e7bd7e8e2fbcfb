import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, emptyFolder, whenMachineIsQuiet } from '../runners/commands/cli-command.ts';
import { openCamera, type Shot } from './camera.ts';

/**
 * Renews the pictures of the documents from a run that is made now, which takes a minute:
 *
 *   node test/screenshots/make-screenshots.ts [FOLDER OF A RUN]
 */

const SHOTS: readonly Shot[] = [
  { name: 'report', width: 1200, height: 1130, colorScheme: 'light' },
  { name: 'report-dark', width: 1200, height: 940, colorScheme: 'dark', from: '#waterfall' },
  { name: 'report-phone', width: 390, height: 844, colorScheme: 'light' },
];

const camera = await openCamera(await reportOf(process.argv[2] ?? (await runNow())));
try {
  for (const shot of SHOTS) await camera.take(shot);
} finally {
  await camera.close();
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
