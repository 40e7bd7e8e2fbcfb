import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, emptyFolder } from '../runners/commands/cli-command.ts';
import { openCamera } from './camera.ts';

/**
 * Renews the picture of a plan from a web access log, which the project does not contain:
 *
 *   node test/screenshots/make-plan-picture.ts web-access.log
 */

const [, , log] = process.argv;
if (log === undefined) throw new Error('Name the log: node test/screenshots/make-plan-picture.ts web-access.log');
const cwd = emptyFolder();
const planned = await command(['plan', resolve(log), '--scale', '1000', '--format', 'html'], { cwd });
if (planned.code !== 0) throw new Error(planned.stderr);
const page = join(cwd, 'plan.html');
writeFileSync(page, planned.stdout);
const camera = await openCamera(pathToFileURL(page).href);
try {
  await camera.take({ name: 'plan', width: 1120, height: 1190, colorScheme: 'light' });
} finally {
  await camera.close();
}
