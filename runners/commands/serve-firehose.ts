import { readFileSync } from 'node:fs';
import type { EngineOptions } from '../../engine/engine.ts';
import { readTable, type TableInput } from '../../engine/firehose/processing/conversion/table.ts';
import type { FunctionSource } from '../../engine/firehose/processing/function-source.ts';
import { type RunnerError, runnerError } from '../errors.ts';

type Sources = NonNullable<NonNullable<EngineOptions['firehose']>['sources']>;

const LAMBDA_PREFIX = 'lambda:';

/**
 * Reads the functions and tables that delivery streams name.
 * @param region of calls to Lambda.
 * @throws RunnerError RUNNER_USAGE for the first invalid option.
 */
export function firehoseSourcesOf(
  functions: readonly string[],
  tables: readonly string[],
  region: string,
  env: NodeJS.ProcessEnv,
): Sources {
  return {
    functions: Object.fromEntries(functions.map((text) => functionOf(text, region, env))),
    tables: Object.fromEntries(tables.map(tableOf)),
  };
}

function functionOf(text: string, region: string, env: NodeJS.ProcessEnv): readonly [string, FunctionSource] {
  const [, name, source = ''] = /^([A-Za-z0-9_-]{1,64})=(.+)$/.exec(text) ?? [];
  if (name === undefined) {
    const rule = `--firehose-function must be NAME=MODULE, NAME=URL or NAME=lambda:URL, got "${text}"`;
    throw usage(rule, 'Write --firehose-function clean=./clean.js.');
  }
  if (source.startsWith(LAMBDA_PREFIX)) {
    return [
      name,
      { endpoint: urlOf(text, source.slice(LAMBDA_PREFIX.length)), region, credentials: credentialsIn(env) },
    ];
  }
  if (/^https?:/.test(source)) return [name, { url: urlOf(text, source) }];
  const [module = '', handler] = source.split('#');
  read('firehose-function', module);
  return [name, { module, handler }];
}

function urlOf(option: string, url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw usage(
    `--firehose-function must have a URL of HTTP, got "${option}"`,
    'Write clean=http://127.0.0.1:8080/clean.',
  );
}

function credentialsIn({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN }: NodeJS.ProcessEnv) {
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    const rule =
      '--firehose-function with lambda: needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment';
    throw usage(rule, 'Set both.');
  }
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
}

function tableOf(text: string): readonly [string, TableInput] {
  const [, name, file = ''] = /^([^=.\s]+\.[^=.\s]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined) {
    const rule = `--firehose-table must be DATABASE.TABLE=FILE, got "${text}"`;
    throw usage(rule, 'Write --firehose-table web.clicks=clicks.json.');
  }
  const content = read('firehose-table', file);
  const problem = tableProblem(content);
  if (problem === undefined) return [name, JSON.parse(content)];
  const fix = 'Write the columns as Glue does: [{"Name": "id", "Type": "bigint"}].';
  throw usage(`--firehose-table must name a file with the columns of a table; ${file}: ${problem}`, fix);
}

function tableProblem(content: string): string | undefined {
  try {
    const table = readTable(JSON.parse(content) as TableInput);
    return table.kind === 'problem' ? table.problem : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw usage(
      `--${option} must have a file that can be read, got ${path}: ${code}`,
      'Check its path and permissions.',
    );
  }
}

const usage = (what: string, fix: string): RunnerError => runnerError('RUNNER_USAGE', { what, fix });
