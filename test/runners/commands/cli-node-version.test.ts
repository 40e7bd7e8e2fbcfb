import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unsupportedNodeMessage } from '../../../runners/node-version.ts';
import { ENTRY } from './cli-command.ts';

const MESSAGE = /^RUNNER_NODE_UNSUPPORTED this is Node \d+\.\d+\.\d+, streamgauge needs 22\.22 or later .*\n$/;

describe('the check of the Node version', () => {
  test.each(['22.22.0', '22.99.1', '24.6.0', '24.21.0', '25.0.0', '26.1.0'])('accepts %s', (version) => {
    expect(unsupportedNodeMessage(version)).toBeUndefined();
  });

  test.each(['0.10.48', '18.20.0', '20.20.2', '21.7.3', '22.21.9', '23.11.0', '24.0.0', '24.5.9'])(
    'rejects %s',
    (version) => {
      expect(`${unsupportedNodeMessage(version)}\n`).toMatch(MESSAGE);
    },
  );

  test('states the same range as package.json', () => {
    const manifest: { engines: { node: string } } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [, in22, from24] = /^\^22\.(\d+)\.0 \|\| >=24\.(\d+)\.0$/.exec(manifest.engines.node)!.map(Number);
    expect(unsupportedNodeMessage(`22.${in22}.0`)).toBeUndefined();
    expect(unsupportedNodeMessage(`24.${from24}.0`)).toBeUndefined();
    expect(unsupportedNodeMessage(`22.${in22! - 1}.9`)).toContain(
      `needs 22.${in22} or later in line 22, or 24.${from24} or`,
    );
    expect(unsupportedNodeMessage(`24.${from24! - 1}.9`)).toBeDefined();
  });

  test('prints the same message in the sources and in the entry script', () => {
    const words = unsupportedNodeMessage('20.0.0')?.replace('20.0.0', '');
    const entry = readFileSync(ENTRY, 'utf8').replace(/\$\{process\.versions\.node\}/, '');
    expect(entry).toContain(words);
  });
});
