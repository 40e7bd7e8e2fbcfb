import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { TARGET_KINDS } from '../runners/targets/targets.ts';
import { TARGET_SCHEMAS } from '../workloads/targets/targets.ts';
import { foldersWithoutRow, type Import, orderProblems, problemsOf, readTables } from './house.ts';
import { type Names, namesOf, unusedExports } from './unused-exports.ts';

/** Rules of the house that a program can check, so that no reviewer has to. */

const HOUSE = ['errors', 'engine', 'workloads', 'runners', 'reports'] as const;
const LINES_MAX = 400;

/** Folders whose content is made by others or by a program. */
const NOT_OURS = new Set(['node_modules', 'dist', 'results', '.venv', '.git', 'samples']);

/** k6 calls every name that its script exports. */
const K6: Names = { exported: [], imported: [{ from: 'runners/bench/k6-put-records.js', name: '*' }] };

const files = listFiles('.');
const sources = files.filter((file) => /\.(?:ts|js)$/.test(file));
const houseSources = sources.filter((file) => HOUSE.some((folder) => file.startsWith(`${folder}/`)));
const imports = houseSources.flatMap(importsOf);

describe('imports', () => {
  const tables = readTables(read('ARCHITECTURE.md'));

  test('have a table of the top folders and one for each folder of rooms', () => {
    expect(tables.map(({ folder }) => folder)).toEqual(['', 'engine', 'runners', 'reports']);
    expect(tables.slice(1).flatMap((table) => foldersWithoutRow(table, houseSources))).toEqual([]);
  });

  test.each(tables)('follow the table of folders "$folder" in ARCHITECTURE.md', (table) => {
    expect(problemsOf(table, houseSources, imports)).toEqual([]);
  });

  test('lead only to rows above in the tables of engine and reports, which are in reading order', () => {
    const ordered = tables.filter(({ folder }) => folder === 'engine' || folder === 'reports');
    expect(ordered).toHaveLength(2);
    expect(ordered.flatMap(orderProblems)).toEqual([]);
  });

  test('never lead from sources to tests', () => {
    expect(imports.filter(({ to }) => !HOUSE.some((folder) => to.startsWith(`${folder}/`)))).toEqual([]);
  });

  test('reach the folder of a target only from that folder and from the list of targets', () => {
    const folderOf = (file: string) => /^runners\/targets\/[\w-]+\//.exec(file)?.[0];
    const wrong = imports.filter(({ file, to }) => {
      const folder = folderOf(to);
      return folder !== undefined && file !== 'runners/targets/targets.ts' && !file.startsWith(folder);
    });
    expect(wrong).toEqual([]);
  });

  test('never form a circle of files, types included', () => {
    expect(circles()).toEqual([]);
  });

  test('name files that exist', () => {
    // If the pattern found no imports, every rule above would hold for nothing.
    expect(imports.length).toBeGreaterThan(houseSources.length);
    expect(imports.filter(({ to }) => !files.includes(to))).toEqual([]);
  });
});

describe('exported names', () => {
  const names = new Map(houseSources.map((file) => [file, namesOf(file, read(file))]));
  const tests = sources.filter((file) => file.startsWith('test/')).map((file) => namesOf(file, read(file)));
  const users = [packageFaces(), K6, ...names.values()];

  test('are imported by another source, types included, or belong to the package', () => {
    expect(unusedExports(names, users, false)).toEqual([]);
  });

  test('are imported by tests and by no source if they have @internal', () => {
    const internal = unusedExports(names, [], true);
    expect(internal.length).toBeGreaterThan(0);
    expect(unusedExports(names, users, true)).toEqual(internal);
    expect(unusedExports(names, tests, true)).toEqual([]);
  });
});

describe('sources', () => {
  test('have no default export', () => {
    // Vitest takes its parts by their default export.
    const allowed = ['vitest.config.ts', 'test/reporter.ts', 'test/property-runner.ts', 'docs/.vitepress/config.js'];
    expect(sources.filter((file) => !allowed.includes(file) && /^export default\b/m.test(read(file)))).toEqual([]);
  });

  test('export one error class, besides the errors of protocols and internal signals', () => {
    const others = [
      'engine/account/errors.ts KinesisError',
      'engine/account/errors.ts ConnectionDropped',
      'engine/wire/request-rejected.ts RequestRejected',
      'reports/knee/probe.ts MachineBusy',
      'reports/merge/lines/merge-lines.ts UnusualLine',
      'runners/aws/foreign-responses.ts ForeignResponseError',
      'runners/bench/benchmark.ts WrongResult',
      'runners/merge/file-lines.ts UnusualLines',
    ];
    const classes = houseSources.flatMap((file) =>
      [...read(file).matchAll(/^export class (\w+)(?:<[\s\S]*?>)? extends \w*Error\b/gm)].map(
        ([, name]) => `${file} ${name}`,
      ),
    );
    expect(classes.sort()).toEqual([...others, 'errors/streamgauge-error.ts StreamgaugeError'].sort());
  });

  test('compare the kind of a target with a name only in the files of that target', () => {
    const kinds = TARGET_KINDS.map(({ kind }) => kind).join('|');
    const comparison = new RegExp(`(?:===|!==|\\bcase) '(?:${kinds})'|'(?:${kinds})' (?:===|!==)`);
    const ofTarget = new RegExp(`^(?:runners|workloads)/targets/(?:${kinds})[/.]`);
    // The engine knows no targets; in its Firehose, firehose is a namespace of expressions in prefixes.
    const knowing = houseSources.filter((file) => !file.startsWith('engine/'));
    const open = knowing.filter((file) => !ofTarget.test(file));
    expect(open.length).toBeLessThan(knowing.length - TARGET_KINDS.length);
    expect(open.filter((file) => comparison.test(withoutComments(read(file))))).toEqual([]);
  });

  test('list the same kinds of targets for scenarios and for runs', () => {
    expect(TARGET_SCHEMAS.map(({ shape }) => shape.kind.value).sort()).toEqual(
      TARGET_KINDS.map(({ kind }) => kind).sort(),
    );
  });

  test('have no any', () => {
    const any = /(?::|\bas|<|\|)\s*any\b|\bany\[\]/;
    expect(
      houseSources.filter((file) =>
        withoutComments(read(file))
          .split('\n')
          .some((l) => any.test(l)),
      ),
    ).toEqual([]);
  });

  test(`have at most ${LINES_MAX} lines`, () => {
    const lengths = sources.map((file) => ({ file, lines: read(file).split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
  });

  test('no file holds a path of one machine', () => {
    const machinePath = /(?<![\w.])\/(?:home|Users|root|work)\/[\w.-]/;
    expect(files.filter((file) => isText(file) && machinePath.test(read(file)))).toEqual([]);
  });
});

describe('documents', () => {
  test('tables of codes hold the codes of the catalogues, all of them and no others', async () => {
    const catalogues = await readCatalogues();
    const known = new Set(catalogues.flatMap(({ codes }) => codes));
    const wrong: string[] = [];
    for (const file of files.filter((name) => name.endsWith('.md'))) {
      const documented = new Set(codesInTables(read(file)));
      for (const code of documented) if (!known.has(code)) wrong.push(`${file}: ${code} is in no catalogue`);
      for (const { name, codes } of catalogues.filter((catalogue) => catalogue.codes.some((c) => documented.has(c)))) {
        for (const code of codes) if (!documented.has(code)) wrong.push(`${file}: ${code} of ${name} is missing`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('name files that exist', () => {
    // Files that a command of the README writes do not exist yet.
    const written = ['reports/checkout/report.md'];
    const path = /\b(?:engine|workloads|runners|reports|test|examples|docs)\/[\w./-]+\.[a-z]\w*/g;
    const named = files
      .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
      .flatMap((file) => [...read(file).matchAll(path)].map(([to]) => to));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((to) => !files.includes(to) && !written.includes(to))).toEqual([]);
  });

  test('name npm scripts that exist', () => {
    const manifest: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const scripts = new Set([...Object.keys(manifest.scripts), 'ci', 'install']);
    const wrong = files
      .filter((name) => name.endsWith('.md'))
      .flatMap((file) => [...read(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script))
      .filter((script) => !scripts.has(script));
    expect(wrong).toEqual([]);
  });
});

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

function isText(file: string): boolean {
  return /\.(?:ts|js|json|md|yaml|yml|sh)$/.test(file) && file !== 'package-lock.json';
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** Files that import each other in a circle. Naming the command is no import: it starts as a process of its own. */
function circles(): string[] {
  const needs = Map.groupBy(
    imports.filter(({ to }) => to !== 'runners/streamgauge.js'),
    ({ file }) => file,
  );
  const reaches = (from: string): Set<string> => {
    const seen = new Set<string>();
    const open = [from];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      for (const { to } of needs.get(file) ?? []) {
        if (!seen.has(to)) open.push(to);
        seen.add(to);
      }
    }
    return seen;
  };
  return houseSources.filter((file) => reaches(file).has(file));
}

/** Static, re-exporting and dynamic imports of our own files, also those of workers: new URL('./x.ts', import.meta.url). */
function importsOf(file: string): Import[] {
  const text = withoutComments(read(file));
  const statics = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]/g;
  const others = /(?:\bimport\(\s*|\bnew URL\(\s*)['"](\.[^'"]+\.[jt]s)['"]/g;
  const found = [...text.matchAll(statics)].map(([, type, path = '']) => ({ path, typeOnly: type !== undefined }));
  const late = [...text.matchAll(others)].map(([, path = '']) => ({ path, typeOnly: false }));
  return [...found, ...late].map(({ path, typeOnly }) => ({
    file,
    to: relative('.', resolve(dirname(file), path)),
    typeOnly,
  }));
}

/** The package exports every name of the files in its manifest. */
function packageFaces(): Names {
  const manifest: { exports: Record<string, string | { default: string }> } = JSON.parse(read('package.json'));
  const faces = Object.values(manifest.exports).flatMap((face) => (typeof face === 'string' ? [] : [face.default]));
  const sourceOf = (face: string) => face.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts');
  return { exported: [], imported: faces.map((face) => ({ from: sourceOf(face), name: '*' })) };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** Catalogues are the constant objects and lists of codes that errors.ts files and the result's types export. */
async function readCatalogues(): Promise<{ readonly name: string; readonly codes: readonly string[] }[]> {
  const homes = houseSources.filter((file) => /\/errors\.ts$/.test(file) || file === 'reports/result/result.ts');
  const modules = await Promise.all(
    homes.map(async (file) => {
      const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(resolve(file)).href);
      return Object.entries(exported).map(([name, value]) => ({ name: `${file} ${name}`, codes: codesOf(value) }));
    }),
  );
  return modules.flat().filter(({ codes }) => codes.length > 0);
}

function codesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const names: unknown[] = Array.isArray(value) ? value : Object.keys(value);
  const codes = names.filter((name): name is string => typeof name === 'string' && /^[A-Z][A-Z0-9_]+$/.test(name));
  return codes.length === names.length ? codes : [];
}

/** First cells of the tables whose first column is headed "code". */
function codesInTables(markdown: string): string[] {
  const tables = markdown.matchAll(/^\|\s*code\s*\|.*\n\|[\s|:-]+\n((?:\|.*\n?)*)/gim);
  return [...tables].flatMap(([, rows = '']) =>
    [...rows.matchAll(/^\|\s*`([A-Z][A-Z0-9_]+)`/gm)].map(([, code = '']) => code),
  );
}
