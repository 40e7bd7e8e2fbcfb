import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const folder = emptyFolder();

function scenarioWith(duration: string, head = ''): string {
  return `${head}name: bad
target: { kind: noop }
workloads:
  - name: w
    phases: [{ name: p, duration: ${duration}, rate: 10/s }]
    keys: { one: k }
    payload: { size: 1B }
`;
}

const nines = (name: string, item: string) =>
  `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(', ')}]\n`;
const BOMB = `${nines('a', '1')}${nines('b', '*a')}${nines('c', '*b')}${nines('d', '*c')}${nines('e', '*d')}`;

test.each([
  ['an unknown alias', scenarioWith('*nope'), / {2}5:35 SYNTAX the alias \*nope names no anchor above it\./],
  [
    'levels of nine aliases',
    scenarioWith('*f', `${BOMB}${nines('f', '*e')}`),
    / {2}6:8 SYNTAX the YAML holds more than/,
  ],
])('run rejects %s with exit code 2 and its line and column', async (_case, text, problem) => {
  writeFileSync(join(folder, 'bad.yaml'), text);
  const { code, stdout, stderr } = await command(['run', 'bad.yaml'], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(problem);
  expect(stderr).not.toMatch(/INTERNAL|\n\s+at /);
});

test('serve rejects a file of streams with an unknown alias with exit code 2 and its line and column', async () => {
  writeFileSync(join(folder, 'streams.yaml'), 'streams:\n  - *nope\n');
  const { code, stderr } = await command(['serve', '--port', '0', '--streams', 'streams.yaml'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(/line 2, column 5: the alias \*nope names no anchor/);
});
