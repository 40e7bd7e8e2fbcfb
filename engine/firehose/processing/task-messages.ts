/** A task on its way to a thread. */
export interface TaskMessage<Task> {
  readonly id: number;
  readonly task: Task;
}

export type TaskOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly reason: string };
