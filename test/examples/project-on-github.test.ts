import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

// GitHub's parser imports JSON as bundlers do; Node imports it as a module of one value.
registerHooks({
  load: (url, context, next) =>
    /workflow-parser.*\.json$/u.test(url)
      ? { format: 'module', shortCircuit: true, source: `export default ${readFileSync(new URL(url), 'utf8')}` }
      : next(url, context),
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

const CI = readFileSync('.github/workflows/ci.yml', 'utf8');
const FORMS = readdirSync('.github/ISSUE_TEMPLATE').filter((name) => name !== 'config.yml');

describe('the workflow of this project', () => {
  test("is accepted by GitHub's own parser", async () => {
    const { context, value } = parseWorkflow({ name: 'ci.yml', content: CI }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
    const template = await convertWorkflowTemplate(context, value!);
    expect(template.errors ?? []).toEqual([]);
  });

  test('runs .ci/run, with rights to read only and without secrets', () => {
    const workflow: { permissions: unknown; jobs: Record<string, { steps: { run?: string }[] }> } = parse(CI);
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps.map(({ run = '' }) => run));
    expect(steps.filter((run) => run.includes('.ci/run'))).toHaveLength(1);
    expect(() => accessSync('.ci/run', constants.X_OK)).not.toThrow();
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(CI).not.toMatch(/secrets\.|pull_request_target/u);
  });
});

describe('forms of issues', () => {
  test.each(FORMS)('%s has a name, a description and fields with labels', (name) => {
    const form: { name: unknown; description: unknown; body: { id: string; attributes: { label: string } }[] } = parse(
      readFileSync(`.github/ISSUE_TEMPLATE/${name}`, 'utf8'),
    );
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    expect(form.body.filter(({ attributes }) => attributes.label === '')).toEqual([]);
    const ids = form.body.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});
