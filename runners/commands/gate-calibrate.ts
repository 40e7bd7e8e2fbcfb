import { RunnerError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import type { GateLine } from './gate-line.ts';

export async function commandGateCalibrate(line: GateLine): Promise<ExitCode> {
  throw new RunnerError('RUNNER_USAGE', { what: `not yet ${line.scenario}`, fix: 'Wait.' });
}
