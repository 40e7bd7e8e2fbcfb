import { readFile } from 'node:fs/promises';
import { ACCOUNT_ID_PATTERN, REGION_PATTERN } from '../../engine/account/service/accounts.ts';
import type { Problem } from '../../workloads/errors.ts';
import type { YamlRead } from '../../workloads/yaml.ts';
import { type RunnerError, runnerError } from '../errors.ts';

/** A stream that `serve` creates at its start. */
export interface ServedStream {
  readonly name: string;
  readonly shards: number;
  /** If undefined, --region and --account apply. */
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly mode?: 'provisioned' | 'on-demand' | undefined;
  readonly retentionHours?: number | undefined;
  readonly maxRecordKib?: number | undefined;
  readonly consumers?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads the streams of a YAML or JSON file: `streams: [{ name: orders, shards: 4 }]`.
 * @throws RunnerError RUNNER_USAGE with all problems at once.
 */
export async function streamsOfFile(path: string): Promise<readonly ServedStream[]> {
  const [{ readYaml }, { z }] = await Promise.all([import('../../workloads/yaml.ts'), import('zod')]);
  const name = z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/, 'is not 1 to 128 letters, digits, _ . or -');
  const schema = z.strictObject({
    streams: z.array(
      z.strictObject({
        name,
        shards: z.int().min(1).max(10_000).default(1),
        region: z.string().regex(REGION_PATTERN, 'is not a region such as eu-west-1').optional(),
        account: z.string().regex(ACCOUNT_ID_PATTERN, 'is not twelve digits').optional(),
        mode: z.enum(['provisioned', 'on-demand']).optional(),
        retentionHours: z.int().min(24).max(8760).optional(),
        maxRecordKib: z.int().min(1024).max(10_240).optional(),
        consumers: z.array(name).max(20).optional(),
        tags: z.record(z.string().min(1).max(128), z.string().max(256)).optional(),
      }),
    ),
  });
  const checked = schema.safeParse(contentOf(readYaml(await textOf(path)), path));
  if (checked.success) return checked.data.streams;
  const problems = checked.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
  throw wrong(path, problems.join('; '));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw wrong(path, (cause as NodeJS.ErrnoException).code ?? String(cause));
  }
}

function contentOf(read: YamlRead, path: string): unknown {
  if (read.kind === 'value') return read.value;
  const [{ line = 1, column = 1, what }] = read.problems as [Problem];
  throw wrong(path, `line ${line}, column ${column}: ${what}`);
}

const wrong = (path: string, what: string): RunnerError =>
  runnerError('RUNNER_USAGE', {
    what: `--streams ${path}: ${what}`,
    fix: 'Write streams: [{ name: orders, shards: 4 }], or use --stream orders:4.',
  });
