import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readResult } from '../../../reports/reading/read-result.ts';
import { writeHourResult } from '../../reports/hour-result.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const cwd = emptyFolder();
beforeAll(async () => {
  const thresholds = ['putToGet.p99 < 900ms'];
  await writeHourResult(join(cwd, 'run'), { seconds: 60, shards: 2, recordsPerSecond: 200, thresholds });
});

describe('cut', () => {
  test('judges only the time before a stall, and saves it', async () => {
    const { code, stdout, stderr } = await command(['cut', 'run', '--from', '14.5s', '--to', '29s'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'Cut 15.0s to 29.0s: the whole seconds of the run from 14.5s to 29.0s.\n',
    });
    expect(stdout).toContain('results/an-hour-cut/result.json');
    expect((await readResult(join(cwd, 'results/an-hour-cut'))).cut).toEqual({ fromNs: 15e9, toNs: 29e9 });
  });

  test('ends with code 4 for the time of a stall, and with 0 if --threshold allows it', async () => {
    const stall = ['cut', 'run', '--from', '25s', '--out', 'stall', '--quiet'];
    expect((await command(stall, { cwd })).code).toBe(4);
    const looser = ['--threshold', 'putToGet.p99 < 1h', '--threshold', 'lost == 0'];
    expect((await command([...stall, ...looser], { cwd })).code).toBe(0);
    expect((await readResult(join(cwd, 'stall'))).verdict.thresholds).toHaveLength(2);
  });

  test('cuts out a phase by its name, into a result that other commands read', async () => {
    const { stdout } = await command(['cut', 'run', '--phase', 'steady', '--json', '--out', 'steady'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ cut: { phase: 'steady', fromNs: 12e9 } });
    const report = await command(['report', 'steady'], { cwd });
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('all records of steady') });
  });

  test.each([
    [['run'], /^RUNNER_USAGE cut needs --from, --to or --phase\./],
    [[], /^RUNNER_USAGE cut needs a result\./],
    [['nowhere', '--from', '1s'], /^RESULT_NOT_FOUND there is no result \(nowhere\)\. /],
    [['run', '--from', 'early'], /^RUNNER_USAGE --from: /],
    [['run', '--from', '9s', '--to', '3s'], /^RUNNER_USAGE --from must be before --to, got 9s and 3s\./],
    [['run', '--from', '2h'], /^RESULT_CUT_EMPTY /],
    [['run', '--phase', 'stedy'], /^RESULT_NO_SUCH_PHASE .*Choose one of: warm-up, steady\.$/],
    [['run', '--phase', 'steady', '--to', '3s'], /^RUNNER_USAGE --phase excludes --from and --to\./],
    [['run', '--to', '30s', '--threshold', 'speed < 3'], /^THRESHOLD_NOT_UNDERSTOOD /],
    [['run', '--to', '30s', '--out', 'run'], /^RUNNER_FILE_EXISTS run is an input, and the output would replace it\./],
    [['run', '--two', '30s'], /^RUNNER_USAGE cut has no option --two\. Did you mean --to\?/],
  ])('rejects %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await command(['cut', ...args], { cwd });
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr.trim()).toMatch(message);
  });
});
