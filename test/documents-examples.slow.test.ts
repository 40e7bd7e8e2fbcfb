import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Engine } from '../engine/engine.ts';
import { checkThreshold } from '../reports/verdict/threshold-grammar.ts';
import { resolveScenario } from '../workloads/resolve.ts';
import { type Block, blocksOf, commandsOf, missingWord, page, pagesIn, ROOT, wordsOf } from './document-blocks.ts';
import { command, ENTRY, emptyFolder, plainEnvironment, program } from './runners/commands/cli-command.ts';

/**
 * Runs what the guide shows. The blocks of a page run in their order, in one folder: blocks with a `file` comment are
 * written, scenarios are run, and console blocks are run by a shell, whose output must have the words that the page shows.
 */

const PAGES = pagesIn('docs/guide').map((path) => ({ path, blocks: blocksOf(page(path)) }));

/** The endpoint that the scenarios of the guide name. Tests use another port, because several may run on one machine. */
const SHOWN_PORT = /\b4567\b/g;
let engine: Engine;
let enginePort = 0;
beforeAll(async () => {
  engine = await Engine.open();
  enginePort = Number(new URL((await engine.serve({ port: 0 })).url).port);
});
afterAll(() => engine.close());

const SHELL_PRELUDE = `streamgauge() { '${process.execPath}' '${ENTRY}' "$@"; }\n`;

/** An INVALID run or an unmet threshold is a verdict about a machine that may be busy, and not a fault of the page. */
const MACHINE_CODES = [4, 5, 6];

describe('the guide', () => {
  test.each(
    PAGES.flatMap(({ path, blocks }) => scenariosOf(blocks).map((text) => [path, text.split('\n', 1)[0]!, text])),
  )('%s: the scenario with %s runs and loses nothing', (_, __, text) => runsAndLosesNothing(text));

  test.each(PAGES.filter(({ blocks }) => blocks.some(isRun)).map(({ path, blocks }) => [path, blocks] as const))(
    '%s: its commands run and print what it shows',
    (_, blocks) => runConsoles(blocks),
  );

  test.each(
    PAGES.flatMap(({ path, blocks }) => programsOf(blocks).map((text) => [path, text.split('\n', 1)[0]!, text])),
  )('%s: the program with %s runs', async (_, __, text) => {
    // Below the project's folder, so that the program finds the SDK.
    const folder = join(ROOT, 'results/guide');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `program-${text.length}.ts`);
    writeFileSync(file, withSources(text));
    const { code, stdout, stderr } = await program(process.execPath, [file], { cwd: emptyFolder() });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/records (received|read)/);
  });

  test('gives a reason for every command that no test runs', () => {
    const reasons = PAGES.flatMap(({ blocks }) => blocks.map(({ directive }) => directive.notRun));
    expect(reasons.filter((reason) => reason !== undefined && wordsOf(reason).length < 2)).toEqual([]);
  });
});

/** Whole scenarios that no console block runs: pages show parts of scenarios as well. */
function scenariosOf(blocks: readonly Block[]): string[] {
  return blocks
    .filter(
      ({ language, text, directive }) =>
        language === 'yaml' && /^workloads:/m.test(text) && directive.file === undefined,
    )
    .map(({ text }) => text);
}

/** Whole programs. A block that is written to a file is a part of the page's commands. */
function programsOf(blocks: readonly Block[]): string[] {
  return blocks
    .filter(({ language, directive }) => language === 'ts' && directive.file === undefined)
    .map(({ text }) => text);
}

function isRun({ language, directive }: Block): boolean {
  return language === 'console' && directive.notRun === undefined;
}

async function runsAndLosesNothing(text: string): Promise<void> {
  const scenario = resolveScenario(parse(text), {});
  for (const threshold of scenario.thresholds) expect(checkThreshold(threshold, scenario)).toBeUndefined();
  const folder = emptyFolder();
  writeFileSync(join(folder, 'scenario.yaml'), withPort(text));
  const { code, stdout, stderr } = await command(['run', 'scenario.yaml', '--out', 'out', '--json'], { cwd: folder });
  expect([0, 4, 5], stderr).toContain(code);
  expect(JSON.parse(stdout).summary.ledger.lost).toBe(0);
}

/** The folder of a page, and the port that takes the place of the shown one: of the engine, or of a server it starts. */
interface Place {
  readonly cwd: string;
  readonly port: number;
}

async function runConsoles(blocks: readonly Block[]): Promise<void> {
  const hasServer = blocks.some(({ directive }) => directive.background);
  const place: Place = { cwd: emptyFolder(), port: hasServer ? await freePort() : enginePort };
  const servers: ChildProcess[] = [];
  try {
    for (const block of blocks) {
      if (block.directive.file !== undefined) writeExample(place, block.directive.file, block.text);
      if (!isRun(block)) continue;
      if (block.directive.background) servers.push(await startConsole(place, block));
      else await runConsole(place, block);
    }
  } finally {
    for (const server of servers) process.kill(-server.pid!, 'SIGTERM');
  }
}

function writeExample({ cwd, port }: Place, file: string, text: string): void {
  mkdirSync(dirname(join(cwd, file)), { recursive: true });
  writeFileSync(join(cwd, file), withPort(text, port));
}

async function runConsole({ cwd, port }: Place, { text, directive }: Block): Promise<void> {
  const commands = commandsOf(text);
  for (const [index, { command: line, output }] of commands.entries()) {
    const { code, stdout, stderr } = await program('bash', ['-c', SHELL_PRELUDE + withPort(line, port)], { cwd });
    const expected = index === commands.length - 1 ? directive.exitCode : 0;
    expect([expected, ...MACHINE_CODES], `${line}\n${stdout}${stderr}`).toContain(code);
    if (code === expected) expect(missingWord(output, stdout + stderr), `${line}\n${stdout}${stderr}`).toBeUndefined();
  }
}

/** Starts a command that stays, and returns when it has printed every word that the page shows. */
function startConsole({ cwd, port }: Place, { text }: Block): Promise<ChildProcess> {
  const [{ command: line, output } = { command: '', output: '' }] = commandsOf(text);
  const shell = `exec '${process.execPath}' '${ENTRY}' ${line.replace(/^streamgauge /, '')} --port ${port}`;
  const server = spawn('bash', ['-c', shell], { cwd, env: plainEnvironment(), detached: true });
  let printed = '';
  return new Promise((done, fail) => {
    const take = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      if (missingWord(output, printed) === undefined) done(server);
    };
    server.stdout.on('data', take);
    server.stderr.on('data', take);
    server.on('close', (code) => fail(new Error(`${line} ended with ${code} and printed\n${printed}`)));
    server.on('error', fail);
  });
}

/** Imports the sources in place of the built package, which the package test uses. */
function withSources(text: string): string {
  return text
    .replace("from 'streamgauge'", `from '${join(ROOT, 'runners/index.ts')}'`)
    .replaceAll("from 'streamgauge/engine/threads'", `from '${join(ROOT, 'engine/threads/index.ts')}'`)
    .replaceAll("from 'streamgauge/engine'", `from '${join(ROOT, 'engine/index.ts')}'`);
}

function withPort(text: string, port = enginePort): string {
  return text.replace(SHOWN_PORT, String(port));
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
