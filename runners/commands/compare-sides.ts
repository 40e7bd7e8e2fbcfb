import { existsSync } from 'node:fs';
import type { SidePrice } from '../../reports/side-by-side/record.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { ComparedSide } from '../side-by-side/compare-targets.ts';
import { listPrice } from '../side-by-side/list-price.ts';
import { kindOf } from '../targets/targets.ts';
import { targetName, type WrittenTarget } from '../targets/written-target.ts';
import { loadScenarioOn, readTargetOption } from './scenario-on.ts';

const SIDES_MIN = 2;
const NAMED = /^(?<name>[\p{L}\p{N}][\p{L}\p{N}._-]{0,59})=(?<target>.+)$/su;
const COST = /^(?:(?<count>\d+)\s*[x×*]\s*)?\$?(?<usd>\d+(?:\.\d+)?|\.\d+)\s*\/\s*(?<unit>h|hour|month)$/u;
/** The hours of a month of AWS's calculators. */
const MONTH_HOURS = 730;

/**
 * Reads the targets of `compare --targets`, each with its name, its price and the scenario on it.
 * @throws RunnerError and ScenarioError with the problems of all targets at once.
 */
export function readComparedSides(
  scenario: string,
  {
    targets,
    cost,
    seed,
  }: { readonly targets: readonly string[]; readonly cost: readonly string[]; readonly seed: number | undefined },
): ComparedSide[] {
  const given = targets.map((text) => namedTarget(text, scenario));
  rejectSameNames(given);
  if (given.length < SIDES_MIN) {
    const fix = 'Name two targets or more, such as --targets kinesis.yaml kafka.yaml.';
    throw usage(`compare --targets needs at least ${SIDES_MIN} targets, got ${given.length}`, fix);
  }
  const prices = readPrices(
    cost,
    given.map(({ name }) => name),
  );
  const scenarios = loadScenarioOn(
    scenario,
    given.map(({ target }) => target),
    seed,
  );
  return given.map(({ name, target }, index): ComparedSide => {
    const own = scenarios[index]!;
    const title = kindOf(own.target).title(own.target);
    return { name, given: target.name, title, price: prices.get(name) ?? listPrice(own), scenario: own };
  });
}

interface NamedTarget {
  readonly name: string;
  readonly target: WrittenTarget;
}

/** `NAME=FILE` gives a target its name, unless there is a file whose name has an equals sign. */
function namedTarget(text: string, scenario: string): NamedTarget {
  const named = existsSync(text) ? undefined : NAMED.exec(text)?.groups;
  const target = readTargetOption(named?.target ?? text, '--targets', scenario);
  return { name: named?.name ?? targetName(target), target };
}

function rejectSameNames(given: readonly NamedTarget[]): void {
  for (const [index, { name, target }] of given.entries()) {
    const first = given.slice(0, index).find((other) => other.name === name);
    if (first === undefined) continue;
    const what = `two targets are called ${name}: ${first.target.name} and ${target.name}`;
    throw usage(what, `Give one of them another name, such as --targets other=${target.name}.`);
  }
}

/** Reads `--cost kafka=3x0.40/hour`. */
function readPrices(texts: readonly string[], names: readonly string[]): Map<string, SidePrice> {
  const prices = new Map<string, SidePrice>();
  for (const text of texts) {
    const split = text.indexOf('=');
    const [name, amount] = split < 0 ? ['', text] : [text.slice(0, split).trim(), text.slice(split + 1).trim()];
    if (!names.includes(name)) {
      throw usage(
        `--cost ${text} names no target: they are called ${names.join(', ')}`,
        'Write --cost NAME=0.40/hour.',
      );
    }
    if (prices.has(name)) throw usage(`--cost is given twice for ${name}`, 'Give one price: the sum of all machines.');
    const match = COST.exec(amount)?.groups;
    if (match === undefined) {
      const fix = 'Write an amount in USD an hour or a month, such as 0.40/hour, 3x0.40/hour or 900/month.';
      throw usage(`--cost ${name}: "${amount}" is no price`, fix);
    }
    const hours = match.unit === 'month' ? MONTH_HOURS : 1;
    const usdPerHour = (Number(match.count ?? 1) * Number(match.usd)) / hours;
    prices.set(name, { usdPerHour, what: `given, ${amount}`, source: 'given' });
  }
  return prices;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
