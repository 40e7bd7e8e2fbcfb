import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, program } from './commands/cli-command.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const INSTALL = ['install', '--no-audit', '--no-fund', '--offline', '--silent'];

/** A project with this repository's install script and a `node` package of its own. */
function projectWithNode(programText: string): string {
  const folder = emptyFolder();
  for (const name of ['runners', 'pinned', 'pinned/bin']) mkdirSync(join(folder, name));
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  write('pinned/package.json', { name: 'node', version: '24.21.0', bin: { node: 'bin/node' } });
  write('package.json', {
    name: 'project',
    version: '1.0.0',
    scripts: { prepare: scripts.prepare, start: 'node -e "console.log(\'started by\', process.version)"' },
    devDependencies: { node: 'file:pinned' },
  });
  writeFileSync(join(folder, 'pinned/bin/node'), programText);
  chmodSync(join(folder, 'pinned/bin/node'), 0o755);
  copyFileSync(join(ROOT, 'runners/use-own-node.sh'), join(folder, 'runners/use-own-node.sh'));
  return folder;
}

// On Alpine the system does not find the loader that the program names; a missing interpreter is the same error. With Alpine's
// gcompat the loader is there, and the program ends because it lacks functions of glibc.
test.runIf(process.platform === 'linux').each([
  ['its loader is missing', '#!/lib64/no-such-loader.so.2\n'],
  ['it ends at once', '#!/bin/sh\necho "Error relocating: symbol not found" >&2\nexit 127\n'],
])(
  'npm scripts use the system’s Node and installing prints one line when the pinned Node cannot start because %s',
  async (_, pinned) => {
    const cwd = projectWithNode(pinned);
    const installed = await program('npm', INSTALL, { cwd });
    expect(installed).toMatchObject({ code: 0, stdout: '' });
    expect(installed.stderr).toMatch(
      /^The pinned Node cannot start here \(it needs glibc, .* use this system's Node v\d+\.\d+\.\d+\. It must be 22\.22 .*\.\n$/,
    );
    const version = /Node (v[\d.]+\d)\./.exec(installed.stderr)?.[1];
    const started = await program('npm', ['start', '--silent'], { cwd });
    expect(started).toEqual({ code: 0, stdout: `started by ${version}\n`, stderr: '' });
  },
  60_000,
);

test.runIf(process.platform === 'linux')(
  'npm scripts use the pinned Node where it starts, and installing prints nothing',
  async () => {
    const cwd = projectWithNode('#!/bin/sh\ncase "$2" in if*) exit 0;; esac\necho pinned\n');
    expect(await program('npm', INSTALL, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await program('npm', ['start', '--silent'], { cwd })).toEqual({ code: 0, stdout: 'pinned\n', stderr: '' });
  },
  60_000,
);
