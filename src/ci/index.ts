/**
 * A continuous integration run as data: which steps there are, what they need of the machine, what came of them, and the workflows
 * of GitHub that start one. Pure: the steps are run by `cli`, each as a process of its own, so that a run is what a person would
 * type. No step is skipped in silence: one that is not run says why.
 */
export { type CiRun, type CiStepOutcome, ciJunit } from './ci-run.ts';
export { type CiCode, ciDiagnostics } from './diagnostics.ts';
export { type EnvironmentQuestion, environmentProblems } from './environment.ts';
export { ACTIONS } from './github/pinned-actions.ts';
export { githubWorkflows, MADE_BY, type WorkflowOptions } from './github/workflows.ts';
export { type CiStep, GATE_REPORTS, type PipelineOptions, pipelineOf } from './pipeline.ts';
