/**
 * Rules: a target and its surroundings give planned actions and declared artifacts. Pure functions; a rule never
 * touches the disk, and rules do not import each other.
 */

export { rulesDiagnostics } from './all-diagnostics.ts';
export { plannedChecks } from './checks/planned-checks.ts';
export { CONTAINER_RUN, RUN_FILES, type RunWork } from './container-run.ts';
export { type DockerInstruction, type OutsideSettings, parseDockerfile } from './image/index.ts';
export { planTarget } from './plan-target.ts';
export { requirementsOf, type TargetRequirements } from './requirements.ts';
export type * from './rule.ts';
