import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { command, ENTRY, emptyFolder, program } from './cli-command.ts';

/** A folder for PATH in which `streamgauge` is the command from the sources. */
const folder = emptyFolder();

beforeAll(() => {
  const file = join(folder, 'streamgauge');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${ENTRY}' "$@"\n`);
  chmodSync(file, 0o755);
});

/** Loads the script in bash, and returns the words that bash offers when TAB is pressed after the given words. */
async function completed(...words: readonly string[]): Promise<string[]> {
  const script = `
source <(streamgauge completion)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_streamgauge_yargs_completions
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const env = { PATH: [folder, process.env.PATH].join(delimiter), SHELL: '/bin/bash' };
  const { code, stdout, stderr } = await program('bash', ['-c', script, 'bash', ...words], { env });
  expect(code, stderr).toBe(0);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  test('completes a command', async () => {
    expect(await completed('streamgauge', 'ga')).toEqual(['gate']);
  });

  test('completes an option of a command', async () => {
    expect(await completed('streamgauge', 'gate', '--max')).toEqual(['--max-duration', '--max-pairs']);
  });

  test('completes a choice of an option', async () => {
    expect(await completed('streamgauge', 'serve', '--durability', 'int')).toEqual(['interval']);
  });

  test('offers nothing for a file, so that bash completes its name', async () => {
    expect(await completed('streamgauge', 'run', './scen')).toEqual([]);
  });
});

describe('the completion script', () => {
  test.each([
    ['/bin/bash', 'complete -o bashdefault -o default -F'],
    ['/usr/bin/zsh', '#compdef streamgauge'],
    ['/usr/bin/fish', 'complete -f -c streamgauge'],
  ])('is written for the shell %s', async (shell, text) => {
    const { code, stdout } = await command(['completion'], { env: { SHELL: shell } });
    expect(code).toBe(0);
    expect(stdout).toContain(text);
  });
});
