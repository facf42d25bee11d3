/**
 * The rule for container images: `docker/Dockerfile.<name>` becomes an OCI layout. It reads the whole language of BuildKit's
 * stable frontend into a plan; `segmentsOf` cuts that at its RUNs, and `image-assemble` of `tools` carries out what is between
 * them. Only what COPY and mounts name enters the inputs; images of registries and addresses come from the lock. Pure.
 */
export { type ImageCode, imageDiagnostics } from './diagnostics.ts';
export { type DockerInstruction, parseDockerfile } from './dockerfile.ts';
export { imageRule } from './image-rule.ts';
export {
  type LockedUrl,
  type OutsideNeeds,
  type OutsideSettings,
  outsideNeeds,
  type PlatformNeeds,
} from './outside-needs.ts';
export { registryImagesOf, withLayouts } from './plan-origins.ts';
export { segmentInputs } from './segment-inputs.ts';
export { type AssembleSegment, type RunSegment, type Segment, segmentPlace, segmentsOf } from './segments.ts';
