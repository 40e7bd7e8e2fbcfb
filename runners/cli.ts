// The start of the command. It loads nothing but the version check before that check has passed: an old Node would stop
// at the first import it cannot link, with a stack trace that does not show the cause.
import { unsupportedNodeMessage } from './node-version.ts';

const message = unsupportedNodeMessage(process.versions.node);
if (message === undefined) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { runCommandLine } = await import('./commands/line.ts');
  await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
