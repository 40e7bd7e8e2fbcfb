import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command, commandInProcess, emptyFolder } from './cli-command.ts';

const OUR_VERSION: unknown = JSON.parse(readFileSync('package.json', 'utf8')).version;

describe('help and version', () => {
  test('--help names every command and every exit code on stdout', async () => {
    const { code, stdout, stderr } = await command(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of ['run', 'list', 'init', 'doctor', 'bench', '130 interrupted']) expect(stdout).toContain(word);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('run --help shows the options of run', async () => {
    const { code, stdout } = await command(['run', '--help']);
    expect(code).toBe(0);
    for (const flag of ['--out', '--json', '--quiet', '--seed', '--no-live', '--yes']) expect(stdout).toContain(flag);
  });

  test.each([
    ['serve', '--help'],
    ['--help', 'serve'],
    ['serve', '-h', '--port', 'x'],
    ['completion', '--help'],
  ])('%s %s prints the help of the command and does not run it', async (...args) => {
    const { code, stdout, stderr } = await commandInProcess(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage:\n  streamgauge ${args.find((arg) => /^[sc]/.test(arg))}`);
  });

  test('--help after an unknown command suggests the nearest one', async () => {
    const { code, stderr } = await commandInProcess(['sevre', '--help']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Did you mean serve?') });
  });

  test('--help is in English in every locale', async () => {
    const { stdout } = await command(['--help'], { env: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' } });
    expect(stdout).toContain('Show help');
  });

  test('--version prints the version of the package and nothing else', async () => {
    const { code, stdout, stderr } = await command(['--version']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${OUR_VERSION}\n`, stderr: '' });
  });
});

describe('a malformed command line', () => {
  test.each([
    [[], /no command.*--help/],
    [['calibrate'], /^RUNNER_USAGE calibrate needs a target/],
    [['compare'], /^RUNNER_USAGE compare needs results\. Name the folders of two runs/],
    [['rnu'], /"rnu" is not a command\. Did you mean run\?/],
    [['rnu', 'list'], /"rnu" is not a command\. Did you mean run\?/],
    [['LIST'], /"LIST" is not a command\. Did you mean list\?/],
    [['xyzzyxyzzy'], /"xyzzyxyzzy" is not a command\. See/],
    [['run'], /run needs a scenario.*streamgauge list/],
    [['run', 'x', '--jsn'], /no option --jsn\. Did you mean --json\?/],
    [['run', 'x', '--jsn=1'], /no option --jsn/],
    [['run', 'x', 'y'], /run does not accept the argument "y"\. See streamgauge run --help/],
    [['run', 'x', '--out'], /--out needs a value\. See streamgauge run --help/],
    [['run', 'x', '--json', '--quiet'], /--json excludes --quiet/],
    [['run', 'x', '--seed', 'abc'], /--seed must be a whole number from 0 to 9007199254740991, got "abc"/],
    [['run', 'x', '--seed', '-1'], /seed/],
    [['run', 'x', '--seed', '9007199254740993'], /--seed/],
    [['list', 'extra'], /list does not accept the argument "extra"/],
    [['bench', 'hash-kye'], /Did you mean hash-key\?/],
    [['gate', 'clibrate', 'x'], /Did you mean gate calibrate\?/],
    [['gate', 'clibrate', 'x', '--baseline', 'engine'], /Did you mean gate calibrate\?/],
    [['history'], /^RUNNER_USAGE history needs check, accept or reset\. Use history check RESULT --history DIR\.$/m],
    [
      ['history', 'chek'],
      /^RUNNER_USAGE history needs check, accept or reset, got "chek"\. Did you mean history check\? See/,
    ],
    [['history', 'chek', 'r', '--history', 'h'], /got "chek"\. Did you mean history check\?/],
    [['history', '--history', 'h'], /history needs check, accept or reset\. Use/],
    [['--seed', '5', 'run', 'x', 'y'], /run does not accept the argument "y"/],
  ])('%j ends with code 2, one line on stderr and a hint', async (args, hint) => {
    const { code, stdout, stderr } = await commandInProcess(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(hint);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('run of a wrong scenario', () => {
  test('ends with code 2 if the file is missing', async () => {
    const { code, stderr } = await command(['run', 'no/such.yaml']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^RUNNER_SCENARIO_NOT_FOUND there is no file no\/such\.yaml\. .*streamgauge init/);
  });

  test('ends with code 2 and suggests a name if no ready-made scenario has this one', async () => {
    const { code, stderr } = await command(['run', 'web-clickstreem']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^RUNNER_SCENARIO_NOT_FOUND .*Did you mean web-clickstream\?/);
  });

  test('reports all problems of a scenario at once', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'bad.yaml'), 'name: x\nsead: 1\nworkloads: []\n');
    const { code, stderr } = await command(['run', 'bad.yaml'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('sead');
    expect(stderr).toContain('workloads');
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  test('ends with code 2 before any load if the result cannot be written', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await command(['run', 'web-clickstream', '--out', 'file/results'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[A-Z_]+NOT_WRITABLE /);
  });
});

describe('list', () => {
  test('shows name, rate, duration and title in 80 columns', async () => {
    const { code, stdout } = await command(['list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^name +rate +time +what it is$/m);
    expect(stdout).toMatch(/^web-clickstream +[\d,]+\/s +\d+:\d\d +\S/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('prints an array of scenarios with --json', async () => {
    const listed: unknown = JSON.parse((await command(['list', '--json'])).stdout);
    expect(listed).toContainEqual(
      expect.objectContaining({ name: 'web-clickstream', ratePerSecond: expect.any(Number) }),
    );
  });
});

describe('init', () => {
  test('writes a scenario and prints the command that runs it', async () => {
    const folder = emptyFolder();
    const { code, stdout } = await command(['init'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('streamgauge run scenario.yaml');
    const [schemaLine = ''] = readFileSync(join(folder, 'scenario.yaml'), 'utf8').split('\n');
    const schema = /^# yaml-language-server: \$schema=(.+)$/.exec(schemaLine)?.[1] ?? '';
    expect(schema).toMatch(/workloads\/scenario\.schema\.json$/);
  });

  test('refers to the schema in node_modules if the package is installed there', async () => {
    const folder = emptyFolder();
    const installed = join(folder, 'node_modules/streamgauge/workloads');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'scenario.schema.json'), '{}');
    await command(['init', 'load/mine.yaml'], { cwd: folder });
    expect(readFileSync(join(folder, 'load/mine.yaml'), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/node_modules\/streamgauge\/workloads\/scenario\.schema\.json\n/,
    );
  });

  test('overwrites a file only with --force', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'mine.yaml'), 'precious');
    const rejected = await command(['init', 'mine.yaml'], { cwd: folder });
    expect(rejected.code).toBe(2);
    expect(rejected.stderr).toMatch(/^RUNNER_FILE_EXISTS mine\.yaml already exists\. .*--force/);
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('precious');
    expect((await command(['init', 'mine.yaml', '--force'], { cwd: folder })).code).toBe(0);
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toContain('workloads:');
  });

  test('reports a folder that it cannot write to', async () => {
    const { code, stderr } = await command(['init', '/dev/null/x.yaml']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^RUNNER_FILE_NOT_WRITABLE /);
  });
});

describe('bench', () => {
  test('measures one benchmark by name and prints its rows', async () => {
    const { code, stdout } = await command(['bench', 'record-value', '--json']);
    expect(code).toBe(0);
    const number = expect.any(Number);
    expect(JSON.parse(stdout)).toEqual([
      { name: 'record-value', unit: 'ns', median: number, min: number, max: number },
    ]);
  });
});
