import { isCollection, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { type Problem, ScenarioError } from './errors.ts';
import { type ResolveOptions, resolveScenario } from './resolve.ts';
import type { Scenario } from './scenario.ts';

/**
 * Reads a scenario from YAML text.
 * @param options.file where the text came from, for relative paths in it and for messages.
 * @throws ScenarioError with all problems at once, each with line and column.
 */
export function parseScenario(text: string, options: ResolveOptions = {}): Scenario {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const position = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error): Problem => {
      const what = `the YAML cannot be read: ${error.message.trim().replace(/\.?$/u, '.')}`;
      return { code: 'SYNTAX', path: '', what, fix: 'Correct the line.', ...position(error.pos[0]) };
    });
    throw new ScenarioError(problems, options.file ?? 'The scenario');
  }
  const places = placesOf(document.contents);
  try {
    // An alias is followed at most 100 times: a few nested ones would otherwise fill the memory.
    return resolveScenario(document.toJS({ maxAliasCount: 100 }), options);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const problems = error.problems.map(
      (problem): Problem => ({ ...problem, ...position(placeOf(problem.path, places)) }),
    );
    throw new ScenarioError(problems, options.file ?? 'The scenario');
  }
}

/** Where in the text each path stands: at its key, or at its item in a list. */
function placesOf(contents: unknown): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const visit = (node: unknown, path: string): void => {
    if (!isCollection(node)) return;
    for (const [i, item] of node.items.entries()) {
      const isField = isPair(item);
      const key = isField ? (isScalar(item.key) ? String(item.key.value) : '') : `[${i}]`;
      const itemPath = isField && path !== '' ? `${path}.${key}` : `${path}${key}`;
      places.set(itemPath, startOf(isField ? item.key : item) ?? 0);
      visit(isField ? item.value : item, itemPath);
    }
  };
  visit(contents, '');
  return places;
}

function startOf(node: unknown): number | undefined {
  return (isScalar(node) || isCollection(node)) && node.range ? node.range[0] : undefined;
}

/** The place of the path, or of the nearest part above it that is in the text. */
function placeOf(path: string, places: ReadonlyMap<string, number>): number {
  for (let at = path; at !== ''; at = at.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]*)$/u, '')) {
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return 0;
}
