/**
 * The rule for container images: `docker/Dockerfile.<name>` without RUN becomes an OCI layout. Only what COPY names
 * enters the image's inputs. Pure; it reads the Dockerfile into a plan, and `image-assemble` of `tools` carries it out.
 */
export { type ImageCode, imageDiagnostics } from './diagnostics.ts';
export { imageRule } from './image-rule.ts';
export { type LockedUrl, type OutsideNeeds, type OutsideSettings, outsideNeeds } from './outside-needs.ts';
export { registryImagesOf, withLayouts } from './plan-origins.ts';
export { segmentInputs } from './segment-inputs.ts';
export { type AssembleSegment, type RunSegment, type Segment, segmentPlace, segmentsOf } from './segments.ts';
