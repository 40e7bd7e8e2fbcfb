import { DEFAULT_MAX_DURATION_NS } from '../../reports/gate/plan.ts';
import { runnerError } from '../errors.ts';
import { readCalibrationFile, readGateResult } from '../gate/gate-files.ts';
import { exitCodeOfGateVerdict, worstEnding } from './ending.ts';
import type { Reportable } from './report-files.ts';
import type { FormatName, FormatOptions } from './report-formats.ts';
import { resultNames } from './result-names.ts';

type Render<T> = (subjects: readonly T[], options: FormatOptions) => Promise<string>;
type Formats<T> = Readonly<Partial<Record<FormatName, Render<T>>>>;

interface Saved<T> {
  readonly name: string;
  readonly file: string;
  readonly result: T;
}

type Gate = Saved<Awaited<ReturnType<typeof readGateResult>>>;
type Calibration = Saved<Awaited<ReturnType<typeof readCalibrationFile>>>;

/** Reports of gates: the same texts that `gate` prints and writes. Several gates follow one another. */
const GATE_FORMATS: Formats<Gate> = {
  terminal: async (gates, style) => {
    const { renderGate } = await import('../../reports/gate/render-gate.ts');
    return gates.map(({ result, file }) => `${renderGate(result, { ...style, resultPath: file })}\n`).join('\n');
  },
  markdown: async (gates) => {
    const { renderGateMarkdown } = await import('../../reports/gate/render-markdown.ts');
    return gates.map(({ result }) => renderGateMarkdown(result)).join('\n');
  },
  junit: async (gates) => {
    const { renderGateJunit } = await import('../../reports/gate/render-junit.ts');
    return renderGateJunit(gates);
  },
  json: async (gates) => {
    const { gateJson } = await import('../../reports/gate/render-json.ts');
    return oneOrList(gates.map(({ result }) => gateJson(result)));
  },
};

/** Reports of calibrations: the same texts that `gate calibrate` prints. */
const CALIBRATION_FORMATS: Formats<Calibration> = {
  terminal: async (calibrations, style) => {
    const { renderCalibration } = await import('../../reports/gate/render-calibration.ts');
    const found = await withFindings(calibrations);
    const texts = found.map(({ result, findings, file: resultPath }) =>
      renderCalibration(result, findings, { ...style, resultPath }),
    );
    return `${texts.join('\n\n')}\n`;
  },
  json: async (calibrations) => {
    const { calibrationJson } = await import('../../reports/gate/render-json.ts');
    return oneOrList(
      (await withFindings(calibrations)).map(({ result, findings }) => calibrationJson(result, findings)),
    );
  },
};

async function withFindings(calibrations: readonly Calibration[]) {
  const { calibrationFindings } = await import('../../reports/gate/calibration.ts');
  return calibrations.map((calibration) => ({
    ...calibration,
    findings: calibrationFindings(calibration.result, DEFAULT_MAX_DURATION_NS),
  }));
}

/**
 * Reads saved gates, and judges them again from their pairs.
 * @throws RUNNER_USAGE for a format that gates do not have, GATE_FILE_NOT_READABLE, GATE_FILE_NOT_UNDERSTOOD
 */
export async function reportableGates(files: readonly string[], formats: readonly FormatName[]): Promise<Reportable> {
  checkFormats(formats, GATE_FORMATS, 'gate');
  const gates = await readAll(files, readGateResult);
  return {
    make: (style) => makeAll(gates, formats, GATE_FORMATS, style),
    ending: worstEnding(gates.map(({ result }) => exitCodeOfGateVerdict(result.verdict.kind))),
  };
}

/** @throws as reportableGates */
export async function reportableCalibrations(
  files: readonly string[],
  formats: readonly FormatName[],
): Promise<Reportable> {
  checkFormats(formats, CALIBRATION_FORMATS, 'calibration');
  const calibrations = await readAll(files, readCalibrationFile);
  return { make: (style) => makeAll(calibrations, formats, CALIBRATION_FORMATS, style), ending: undefined };
}

async function readAll<T extends { readonly scenario: { readonly name: string } }>(
  files: readonly string[],
  read: (file: string) => Promise<T>,
): Promise<Saved<T>[]> {
  const names = resultNames(files);
  return Promise.all(
    files.map(async (file, index) => {
      const result = await read(file);
      return { name: files.length === 1 ? result.scenario.name : names[index]!, file, result };
    }),
  );
}

function checkFormats<T>(requested: readonly FormatName[], formats: Formats<T>, what: string): void {
  const missing = requested.find((format) => formats[format] === undefined);
  if (missing === undefined) return;
  const fix = `Use one of ${Object.keys(formats).join(', ')}.`;
  throw runnerError('RUNNER_USAGE', { what: `a ${what} cannot be reported as ${missing}`, fix });
}

function makeAll<T>(
  subjects: readonly T[],
  requested: readonly FormatName[],
  formats: Formats<T>,
  style: FormatOptions,
): ReturnType<Reportable['make']> {
  return Promise.all(requested.map(async (format) => ({ format, text: await formats[format]!(subjects, style) })));
}

function oneOrList(texts: readonly string[]): string {
  return texts.length === 1 ? texts.join('') : `[${texts.map((text) => text.trimEnd()).join(',\n')}]\n`;
}
