import { ExitCode } from '../../errors/exit-code.ts';

/** Of Ctrl-C, of whoever manages processes, and of a terminal that goes, such as that of a lost ssh session. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  /** Aborted by the first signal; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Back to Node's own handling. */
  stop(): void;
}

/**
 * The first signal asks the run to end and save what it has; the second one ends the process where it stands, because
 * somebody who asks twice does not want to wait. A terminal that goes is nobody who asks: the system and the shell may both
 * tell of it.
 */
export function watchInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (name === 'SIGHUP') return;
      process.exit(ExitCode.interrupted);
    }
    onFirst();
    controller.abort(name);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
