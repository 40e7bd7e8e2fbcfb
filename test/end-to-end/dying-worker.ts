import { work as realWork, type WorkerReportMessage, type WorkerTask } from '../../runners/run/worker.ts';
import { RunControl } from '../../runners/threads/run-control.ts';

/** Returns a worker like the real one, except that a worker with this role dies half a second into the run. */
export function workUnless(role: WorkerTask['role']): (message: WorkerTask) => Promise<WorkerReportMessage> {
  return async (message) => {
    if (message.role !== role) return realWork(message);
    const control = new RunControl(message.task.control);
    control.awaitStart();
    control.sleep(control.state, 500e6);
    throw new Error('out of cheese');
  };
}
