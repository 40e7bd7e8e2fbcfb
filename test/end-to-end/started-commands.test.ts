import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeHourResult } from '../reports/hour-result.ts';
import { command, emptyFolder } from '../runners/commands/cli-command.ts';

const cwd = emptyFolder();
beforeAll(() => writeHourResult(join(cwd, 'run'), { seconds: 60, shards: 2, recordsPerSecond: 200 }));

// Most tests of these commands run them inside their own process, which is faster. These start Node, as a shell does.
describe('a command that is started as a process', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['report', ['run', '--format', 'markdown'], /^#+ /m],
    ['compare', ['run', 'run'], /A and B show no difference/],
    ['cut', ['run', '--to', '30s'], /results\/an-hour-cut\/result\.json/],
  ])('%s ends with 0 and prints its result', async (name, args, printed) => {
    const { code, stdout, stderr } = await command([name, ...args], { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(printed);
  });
});
