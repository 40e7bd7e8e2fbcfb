/** An import of one file of this project by another. */
export interface Import {
  readonly file: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** One row of a table of folders: what its files may import from folders of the same table. */
interface Row {
  /** Names relative to the table's folder: of a folder, or of files. */
  readonly names: readonly string[];
  /** Rows whose names are allowed; `*` allows all of them. */
  readonly allowed: readonly Permission[];
}

interface Permission {
  readonly name: string;
  readonly typesOnly: boolean;
}

/** A table of ARCHITECTURE.md. Its folder is '' for the table of the top folders. */
interface Table {
  readonly folder: string;
  readonly rows: readonly Row[];
}

/** Returns the tables of folders in a document: code blocks that begin with `folder |` or `rooms of FOLDER |`. */
export function readTables(markdown: string): Table[] {
  const blocks = markdown.matchAll(/^```\n(?:folder|rooms of (?<folder>\S+)) *\|.*\n(?<rows>(?:.*\|.*\n)+)```$/gm);
  return [...blocks].map(({ groups }) => ({
    folder: groups?.folder ?? '',
    rows: (groups?.rows ?? '').trimEnd().split('\n').map(readRow),
  }));
}

function readRow(line: string): Row {
  const [names = '', allowed = ''] = line.split('|');
  return {
    names: listOf(names),
    allowed: listOf(allowed).map((text) => ({
      name: text.replace(' (types)', ''),
      typesOnly: text.endsWith(' (types)'),
    })),
  };
}

const listOf = (cell: string): string[] =>
  cell
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** Returns what is wrong between a table and the imports: imports that no row allows, and rows that are not true. */
export function problemsOf(table: Table, files: readonly string[], imports: readonly Import[]): string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  for (const { file, to, typeOnly } of imports) {
    const from = rowOf(table, file);
    const target = rowOf(table, to);
    if (!isIn(table, file) || !isIn(table, to) || from === target) continue;
    // Files without a row are shared.
    if (target === undefined && table.folder !== '') continue;
    const permission = from?.allowed.find(({ name }) => name === '*' || target?.names.includes(name));
    if (permission === undefined || (permission.typesOnly && !typeOnly)) {
      problems.push(`${file} imports ${to}, which ARCHITECTURE.md does not allow (${nameOf(from)})`);
    } else {
      used.add(`${nameOf(from)} | ${permission.name}`);
    }
  }
  for (const row of table.rows) {
    for (const name of row.names) {
      if (!files.some((file) => isUnder(file, join(table.folder, name)))) problems.push(`${name} is not there`);
    }
    for (const { name } of row.allowed) {
      if (!used.has(`${nameOf(row)} | ${name}`)) problems.push(`${nameOf(row)} may import ${name}, but does not`);
    }
  }
  return problems;
}

/** Permissions of a table whose rows are in reading order that allow a row below: `FOLDER: ROW may import ROW`. */
export function orderProblems({ folder, rows }: Table): string[] {
  return rows.flatMap((row, i) => {
    const below = rows.slice(i + 1).flatMap(({ names }) => names);
    const wrong = row.allowed.filter(({ name }) => below.includes(name));
    return wrong.map(({ name }) => `${folder}: ${nameOf(row)} may import ${name}, which is below it`);
  });
}

/** The folders in a table's folder that have no row. */
export function foldersWithoutRow(table: Table, files: readonly string[]): string[] {
  const depth = table.folder === '' ? 0 : table.folder.split('/').length;
  const folders = files
    .filter((file) => isUnder(file, table.folder) && file.split('/').length > depth + 1)
    .filter((file) => rowOf(table, file) === undefined)
    .map((file) =>
      file
        .split('/')
        .slice(0, depth + 1)
        .join('/'),
    );
  return [...new Set(folders)];
}

/** The row with the longest name that a file is under. */
function rowOf(table: Table, file: string): Row | undefined {
  let found: Row | undefined;
  let length = -1;
  for (const row of table.rows) {
    for (const name of row.names) {
      if (name.length <= length || !isUnder(file, join(table.folder, name))) continue;
      found = row;
      length = name.length;
    }
  }
  return found;
}

const isIn = (table: Table, file: string): boolean =>
  table.folder === '' ? rowOf(table, file) !== undefined : isUnder(file, table.folder);
const isUnder = (file: string, folder: string): boolean =>
  folder === '' || file === folder || file.startsWith(`${folder}/`);
const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
const nameOf = (row: Row | undefined): string => row?.names.join(', ') ?? 'shared files';
