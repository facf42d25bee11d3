/**
 * Containers without a daemon. RUN: runs a command in the file system that layers of an image make, and turns what it changed into a new
 * layer (OCI image-spec 1.1, "Image Layer Filesystem Changeset"). Root does it itself; a user with the range of ids that
 * /etc/subuid grants. Ownership is never faked. `service/`: starts an image and watches its health, as Docker does, until it ends.
 * It knows nothing of Dockerfiles, caching or registries.
 *
 * `container.py` and the modules beside it do the work, since Node can neither unshare nor mount: `supervisor` ends what it
 * started with us, `worker` has the ids, `layer_store` and `extract` unpack, `rootfs` and `command` run, `layer_diff` makes
 * the layer, `scrub` lists the clocks that are kept out of it; `service` starts images, with `probe`, `streams`, `ports` and others beside it.
 * `ForkServer` spares all runs of a build but the first the start of Python.
 */
export { type ContainerFailure, describeContainerFailure } from './container-failure.ts';
export type { ContainerLayer, ContainerMount, ContainerResult, ContainerRun } from './container-request.ts';
export { ContainerRunner, type Pruned } from './container-runner.ts';
export { grantedIds, openContainerRunner } from './container-support.ts';
export { type ContainerPlace, hasLayer } from './conversation.ts';
export { type ContainerCode, containerDiagnostics } from './diagnostics.ts';
export { ForkServer } from './fork-server.ts';
export type { NetworkRecord, ReachedAddress } from './network-record.ts';
export { foreignMachine } from './service/foreign-machine.ts';
export type { HealthStatus } from './service/healthcheck.ts';
export { type ImageStart, imageStart, type OwnStart } from './service/image-start.ts';
export {
  runService,
  type ServiceEvent,
  type ServiceOutcome,
  type ServiceRun,
} from './service/run-service.ts';
export type { ProbeResult, ServiceFailure } from './service/running-service.ts';
export type { PublishedPort, ServiceStart, ServiceVolume } from './service/service-request.ts';
