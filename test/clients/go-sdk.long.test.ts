import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../runners/commands/cli-command.ts';
import { builtClient, must, reportOf } from './built-client.ts';
import { type Served, serve } from './served.ts';
import { serveTls } from './served-tls.ts';

const SOURCES = join(import.meta.dirname, 'go');
const OPTIONS = ['--limits', 'none', '--delay', '100ms'];

const go = await builtClient('go', SOURCES, [['go', 'version']], async (folder) => {
  await must('go', ['build', '-o', join(folder, 'sdk'), '.'], { cwd: SOURCES });
});

describe.skipIf(go.kind === 'missing').each(['plain', 'TLS'])(
  `the AWS SDK for Go 2${go.kind === 'missing' ? ` (skipped: ${go.reason})` : ''}, %s`,
  (transport) => {
    let served: Served;
    let report: Readonly<Record<string, string>> = {};
    let stderr = '';

    beforeAll(async () => {
      if (go.kind !== 'ready') return;
      const trusted: string[] = [];
      if (transport === 'TLS') {
        const tls = await serveTls(OPTIONS);
        trusted.push(tls.certificateFile);
        served = tls;
      } else served = await serve(OPTIONS);
      const ended = await program(join(go.folder, 'sdk'), [served.url, ...trusted]);
      stderr = ended.stderr;
      report = reportOf(ended.stdout.trimEnd().split('\n'));
    });
    afterAll(() => served?.end());

    test('puts, reads, subscribes and reshards', () => {
      expect(report, stderr).toEqual({
        failed: '0',
        number: expect.stringMatching(/^49\d{54}$/),
        read: '101',
        same: 'true',
        recent: 'true',
        pushed: '101',
        children: 'shardId-000000000001,shardId-000000000002',
        error: 'ResourceNotFoundException Stream nowhere under account 000000000000 not found.',
      });
    });
  },
);
