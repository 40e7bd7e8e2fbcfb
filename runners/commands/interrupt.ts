import { ExitCode } from '../../errors/exit-code.ts';

/** Ctrl-C sends SIGINT, process managers send SIGTERM, and a closed terminal or a lost SSH session sends SIGHUP. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  /** Aborted by the first signal; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Restores Node's own handling. */
  stop(): void;
}

/**
 * The first signal ends the run and saves what it has. The second one ends the process at once, because a user who
 * interrupts twice does not want to wait. A second SIGHUP is ignored: the system and the shell may both send one when a
 * terminal closes.
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
