import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unsupportedNodeMessage } from '../../../runners/node-version.ts';
import { ENTRY, program } from './cli-command.ts';

/** These tests need a build: they start the built command in `dist`. */

const MESSAGE = /^RUNNER_NODE_UNSUPPORTED this is Node \d+\.\d+\.\d+, streamgauge needs 22\.22 or later .*\n$/;

const oldNode = findUnsupportedNode();

describe.skipIf(oldNode === undefined)('on an installed Node that is not supported', () => {
  test('the sources end with one line and code 2', async () => {
    const { code, stdout, stderr } = await program(oldNode ?? '', [ENTRY, '--help']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(MESSAGE);
  });

  test.each(['streamgauge.js', 'cli.js'])('dist/runners/%s ends with one line and code 2', async (name) => {
    const entry = resolve('dist/runners', name);
    const { code, stdout, stderr } = await program(oldNode ?? '', [entry, '--help']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(MESSAGE);
  });
});

function findUnsupportedNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'node')).find((file) => isExecutable(file) && isUnsupported(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isUnsupported(file: string): boolean {
  const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).trim();
  return unsupportedNodeMessage(version) !== undefined;
}
