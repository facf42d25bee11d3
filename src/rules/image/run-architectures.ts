import type { ImagePlan, StagePlan } from '../../oci/index.ts';

/** `linux/arm64/v8`. */
export function platformOfStage({ architecture }: ImagePlan, { platform }: StagePlan): string {
  return platform ?? `linux/${architecture}`;
}

/** Of the programs that RUNs of an image start. */
export function runArchitectures(plan: ImagePlan): readonly string[] {
  const running = plan.stages.filter(({ steps }) => steps.some((step) => step.do === 'run'));
  return [...new Set(running.map((stage) => platformOfStage(plan, stage).split('/')[1]!))];
}
