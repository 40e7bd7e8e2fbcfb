import { spawn } from 'node:child_process';
import { Client } from 'pg';
import { SUPERUSER } from '../../../clients/postgres-server.ts';
import type { Copy, SqlError } from './redshift-fake.ts';

const target = (port: number) => ({ host: '127.0.0.1', port, database: 'postgres', user: SUPERUSER, password: '' });

/** Runs a statement on PostgreSQL. @returns its rows. */
export async function query(port: number, statement: string, values: readonly unknown[] = []) {
  const client = new Client(target(port));
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}

/** Loads what Redshift's COPY would load, all or nothing, and words errors of the data as Redshift does. */
export async function loadIntoPostgres(
  port: number,
  copy: Copy,
  objects: readonly Buffer[],
): Promise<SqlError | undefined> {
  const bytes = Buffer.concat(objects);
  const error = copy.format.kind === 'json' ? await loadJson(port, copy, bytes) : await loadText(port, copy, bytes);
  if (error === undefined || !isOfData(error.code)) return error;
  return {
    code: 'XX000',
    message: `Load into table '${copy.table}' failed.  Check 'stl_load_errors' system table for details.`,
  };
}

/** Class 22 of SQLSTATE: data exceptions, besides null values. */
const isOfData = (code: string): boolean => code.startsWith('22');

async function loadJson(port: number, { table, columns }: Copy, bytes: Buffer): Promise<SqlError | undefined> {
  const lines = bytes.toString().trim().split('\n');
  const names = columns === '' ? '*' : columns;
  const list = columns === '' ? '' : `(${columns})`;
  const statement = `INSERT INTO ${table} ${list} SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1)`;
  try {
    await query(port, statement, [`[${lines.join(',')}]`]);
    return undefined;
  } catch (error) {
    const { code = 'XX000', message } = error as { readonly code?: string; readonly message: string };
    return { code, message };
  }
}

/** psql feeds COPY FROM STDIN, and reports the SQLSTATE of an error. */
function loadText(port: number, { table, columns, format }: Copy, bytes: Buffer): Promise<SqlError | undefined> {
  if (format.kind !== 'text') throw new Error(format.kind);
  const list = columns === '' ? '' : `(${columns})`;
  const statement = `COPY ${table} ${list} FROM STDIN WITH (DELIMITER '${format.delimiter}')`;
  const { host, user, database } = target(port);
  const args = ['-X', '-q', '-v', 'VERBOSITY=verbose', '-h', host, '-p', String(port), '-U', user, '-d', database];
  return new Promise((resolve, reject) => {
    const child = spawn('psql', [...args, '-c', statement], { stdio: ['pipe', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.stdin.on('error', () => {});
    child.once('close', () => {
      const { code, message } = /ERROR: {2}(?<code>\w{5}): (?<message>.*)/.exec(stderr)?.groups ?? {};
      resolve(code === undefined || message === undefined ? undefined : { code, message });
    });
    child.stdin.end(bytes);
  });
}
