import type { ContainerRun } from '../container-request.ts';

/** A port of the machine that leads to one of a service. */
export interface PublishedPort {
  /** An address of the machine. */
  readonly address: string;
  /** 0 for any that is free, until the service has started. */
  readonly port: number;
  readonly containerPort: number;
}

/** A file or folder of the machine that a service sees and, unless it is read-only, changes. */
export interface ServiceVolume {
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** What an image starts as: one command with all that it sees. */
export interface ServiceStart
  extends Pick<
    ContainerRun,
    'layers' | 'argv' | 'env' | 'workingDirectory' | 'user' | 'hostname' | 'network'
  > {
  readonly ports: readonly PublishedPort[];
  /** Folders that the image declares: made where they are absent. */
  readonly volumes: readonly string[];
  readonly mounts: readonly ServiceVolume[];
  /** Whether our standard input goes to it; a terminal has other readers, so it must be asked for. */
  readonly input: 'none' | 'unless-terminal' | 'always';
  /** It gets a terminal of its own, which ours stands for. */
  readonly hasTerminal: boolean;
  /** Whether its standard output goes to ours, and not to our standard error with the rest. */
  readonly hasOutput: boolean;
}

/** Ours, as the program has them. */
const STDOUT = 4;
const STDERR = 5;

/** The line that the program reads; its other end is `service.py`. */
export function serviceRequest(start: ServiceStart): Readonly<Record<string, unknown>> {
  const { input, hasOutput, mounts, ...rest } = start;
  const volumes = mounts.map((each) => ({ type: 'volume', ...each }));
  const outputs = [hasOutput ? STDOUT : STDERR, STDERR];
  return { ...rest, op: 'serve', stdin: input, outputs, mounts: volumes, stacks: [] };
}
