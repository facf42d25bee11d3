import { type ImagePlan, platformOfStage } from '../../oci/index.ts';

/** Of the programs that RUNs of an image start. */
export function runArchitectures(plan: ImagePlan): readonly string[] {
  const running = plan.stages.filter(({ steps }) => steps.some((step) => step.do === 'run'));
  return [...new Set(running.map((stage) => platformOfStage(plan, stage).split('/')[1]!))];
}
