import { tQuantile } from './distributions.ts';

/**
 * The Universal Scalability Law: X(N) = g N / (1 + a (N - 1) + b N (N - 1)), the throughput of N workers (here shards).
 * Source: Gunther, Guerrilla Capacity Planning, 2007.
 */
export interface UslParameters {
  /** Share of the work that goes one after another, 0 to 1. */
  readonly contentionRatio: number;
  /** Cost of each pair of workers that must agree, 0 to 1. 0: no peak was seen. */
  readonly coherencyRatio: number;
  /** Throughput of one worker. */
  readonly perWorker: number;
}

export interface UslFit extends UslParameters {
  readonly standardErrors: UslParameters;
  /** Bounds with 95 % confidence each side together, clamped to the ranges of the parameters. */
  readonly low: UslParameters;
  readonly high: UslParameters;
  /** Standard deviation of the residuals. */
  readonly residual: number;
  readonly points: number;
}

export const USL_POINTS_MIN = 6;
/** A fit does not hold for more workers than this times the most that were measured. */
export const USL_REACH_FACTOR = 2;

const ITERATIONS_MAX = 500;
const CONFIDENCE_RATIO = 0.95;
const STEP_MIN = 1e-12;

export function uslThroughput({ contentionRatio, coherencyRatio, perWorker }: UslParameters, workers: number): number {
  return perWorker * shapeAt(workers, contentionRatio, coherencyRatio);
}

/** Workers at the highest throughput: sqrt((1 - a) / b); undefined if b is 0. */
export function uslPeak({ contentionRatio, coherencyRatio }: UslParameters): number | undefined {
  return coherencyRatio > 0 ? Math.sqrt((1 - contentionRatio) / coherencyRatio) : undefined;
}

/**
 * Least squares of the throughput itself, 0 <= a, b <= 1. For given a and b the best g follows directly, so only a and b are searched,
 * by the method of Levenberg and Marquardt with steps scaled to each of them.
 * @returns undefined with fewer than USL_POINTS_MIN different numbers of workers, or without one worker among them.
 */
export function fitUsl(workers: readonly number[], throughput: readonly number[]): UslFit | undefined {
  const different = new Set(workers);
  if (different.size < USL_POINTS_MIN || !different.has(1)) return undefined;
  const best = minimise(workers, throughput);
  return withErrors(best, workers, throughput);
}

function shapeAt(workers: number, a: number, b: number): number {
  return workers / (1 + a * (workers - 1) + b * workers * (workers - 1));
}

interface Point {
  readonly a: number;
  readonly b: number;
  readonly g: number;
  readonly error: number;
}

function minimise(workers: readonly number[], throughput: readonly number[]): UslParameters {
  const at = (a: number, b: number): Point => {
    const g = bestPerWorker(workers, throughput, a, b);
    const error = workers.reduce((sum, n, i) => sum + (throughput[i]! - g * shapeAt(n, a, b)) ** 2, 0);
    return { a, b, g, error };
  };
  // The surface has one valley, flat along a and b together; starts on both sides of it guard against a bad first step.
  const starts = [at(0.01, 1e-4), at(0, 0), at(0.1, 1e-3), at(0.5, 0.01)];
  const ends = starts.map((start) => descend(start, at, workers, throughput));
  const best = ends.reduce((least, end) => (end.error < least.error ? end : least));
  return { contentionRatio: best.a, coherencyRatio: best.b, perWorker: best.g };
}

function descend(
  start: Point,
  at: (a: number, b: number) => Point,
  workers: readonly number[],
  throughput: readonly number[],
): Point {
  let here = start;
  let damping = 1e-3;
  for (let i = 0; i < ITERATIONS_MAX && damping < 1e12; i++) {
    const [stepA, stepB] = stepFrom(here, damping, workers, throughput);
    const there = at(clamp(here.a + stepA), clamp(here.b + stepB));
    if (there.error < here.error) {
      const moved = Math.abs(there.a - here.a) + Math.abs(there.b - here.b);
      here = there;
      damping = Math.max(damping / 10, 1e-15);
      if (moved < STEP_MIN * (here.a + here.b)) break;
    } else damping *= 10;
  }
  return here;
}

/** One step of a and b; a parameter at its bound that would leave it is kept there. */
function stepFrom(
  { a, b, g }: Point,
  damping: number,
  workers: readonly number[],
  throughput: readonly number[],
): readonly [number, number] {
  const rows = jacobian({ contentionRatio: a, coherencyRatio: b, perWorker: g }, workers);
  // Steps of g are eliminated: what of a column g could explain is taken out of it.
  const gg = rows.reduce((sum, row) => sum + row[2] ** 2, 0);
  const share = (column: 0 | 1) => rows.reduce((sum, row) => sum + row[column] * row[2], 0) / gg;
  const [shareA, shareB] = [share(0), share(1)];
  let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
  for (const [i, row] of rows.entries()) {
    const residual = throughput[i]! - g * row[2];
    const [da, db] = [row[0] - shareA * row[2], row[1] - shareB * row[2]];
    aa += da * da;
    ab += da * db;
    bb += db * db;
    ra += da * residual;
    rb += db * residual;
  }
  const isHeldA = a === 0 && ra < 0;
  const isHeldB = b === 0 && rb < 0;
  if (isHeldA || isHeldB) {
    const one = (r: number, square: number) => (square > 0 ? r / (square * (1 + damping)) : 0);
    return [isHeldA ? 0 : one(ra, aa), isHeldB ? 0 : one(rb, bb)];
  }
  const [damped1, damped2] = [aa * (1 + damping), bb * (1 + damping)];
  const determinant = damped1 * damped2 - ab * ab;
  if (determinant <= 0) return [0, 0];
  return [(damped2 * ra - ab * rb) / determinant, (damped1 * rb - ab * ra) / determinant];
}

/** Derivatives of the throughput by a, b and g, a row for each point. */
function jacobian(
  { contentionRatio: a, coherencyRatio: b, perWorker: g }: UslParameters,
  workers: readonly number[],
): (readonly [number, number, number])[] {
  return workers.map((n) => {
    const shape = shapeAt(n, a, b);
    const slope = (-g * shape * shape) / n;
    return [slope * (n - 1), slope * n * (n - 1), shape];
  });
}

function bestPerWorker(workers: readonly number[], throughput: readonly number[], a: number, b: number): number {
  let [product, square] = [0, 0];
  for (const [i, n] of workers.entries()) {
    const shape = shapeAt(n, a, b);
    product += throughput[i]! * shape;
    square += shape * shape;
  }
  return product / square;
}

function withErrors(best: UslParameters, workers: readonly number[], throughput: readonly number[]): UslFit {
  const degrees = workers.length - 3;
  const sum = workers.reduce((total, n, i) => total + (throughput[i]! - uslThroughput(best, n)) ** 2, 0);
  const residual = Math.sqrt(sum / degrees);
  const [a, b, g] = inverseDiagonal(jacobian(best, workers)).map((value) => residual * Math.sqrt(Math.max(0, value)));
  const standardErrors = { contentionRatio: a!, coherencyRatio: b!, perWorker: g! };
  const reach = tQuantile((1 + CONFIDENCE_RATIO) / 2, degrees);
  const bound = (sign: number): UslParameters => ({
    contentionRatio: clamp(best.contentionRatio + sign * reach * standardErrors.contentionRatio),
    coherencyRatio: clamp(best.coherencyRatio + sign * reach * standardErrors.coherencyRatio),
    perWorker: Math.max(0, best.perWorker + sign * reach * standardErrors.perWorker),
  });
  return { ...best, standardErrors, low: bound(-1), high: bound(1), residual, points: workers.length };
}

/** Diagonal of (J^T J)^-1, by cofactors. */
function inverseDiagonal(rows: readonly (readonly [number, number, number])[]): [number, number, number] {
  const dot = (i: 0 | 1 | 2, j: 0 | 1 | 2) => rows.reduce((sum, row) => sum + row[i] * row[j], 0);
  const [aa, ab, ag, bb, bg, gg] = [dot(0, 0), dot(0, 1), dot(0, 2), dot(1, 1), dot(1, 2), dot(2, 2)];
  const [ca, cb, cg] = [bb * gg - bg * bg, aa * gg - ag * ag, aa * bb - ab * ab];
  const determinant = aa * ca - ab * (ab * gg - bg * ag) + ag * (ab * bg - bb * ag);
  return [ca / determinant, cb / determinant, cg / determinant];
}

const clamp = (ratio: number): number => Math.min(1, Math.max(0, ratio));
