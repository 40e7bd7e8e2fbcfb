/** Control of the brokers that a run started itself. Called by one caller, one change at a time. */
export interface BrokerControl {
  /** Kills the broker without warning. Resolves when its processes have ended. */
  stop(broker: string): Promise<void>;
  /** Starts the broker again. Resolves when the cluster reports it. @throws an Error if it does not start. */
  start(broker: string): Promise<void>;
}
