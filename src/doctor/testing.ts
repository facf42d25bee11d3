import { openDiskStore } from '../cas/index.ts';
import type { BuildConfiguration } from '../config/index.ts';
import type { Host } from '../host/index.ts';
import {
  FakeClock,
  FakeProcesses,
  type FakeProcessesOptions,
  fakeEnv,
  MemoryFileSystem,
  noHttp,
} from '../host/testing.ts';
import type { Examined, ExaminedWorkspace } from './examined.ts';

export type Declared = NonNullable<ExaminedWorkspace['declared']>;

/** What a test says of the patient; the rest is in good health. */
export interface Patient {
  readonly env?: Parameters<typeof fakeEnv>[0];
  readonly processes?: FakeProcessesOptions;
  readonly http?: Host['http'];
  readonly fs?: MemoryFileSystem;
  /** `null`: there is none. */
  readonly workspace?: Partial<ExaminedWorkspace> | null;
  readonly declared?: Partial<Declared>;
  readonly examined?: Partial<Examined>;
}

export const ROOT = '/work';
export const STORE = '/cache';

/** Paths to contents; a mode of its own by a pair. */
export type Files = Readonly<Record<string, string | readonly [content: string, mode: number]>>;

export function diskWith(files: Files, clock = new FakeClock()): MemoryFileSystem {
  const fs = new MemoryFileSystem({ now: () => clock.now() });
  fs.makeDirectory(ROOT);
  for (const [path, given] of Object.entries(files)) {
    const [content, mode] = typeof given === 'string' ? [given, 0o644] : given;
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')) || '/');
    fs.writeFile(path, content, mode);
  }
  return fs;
}

/** A healthy machine with a healthy workspace, but for what is told. */
export function examinedOf(patient: Patient, clock = new FakeClock()): Examined {
  const fs = patient.fs ?? diskWith({}, clock);
  const env = fakeEnv(patient.env);
  const programs = { gpg: '/usr/bin/gpg', ...patient.processes?.programs };
  const processes = new FakeProcesses({ ...patient.processes, programs });
  const host: Host = { fs, clock, env, processes, http: patient.http ?? noHttp };
  const configuration = { buildSteps: [] } as unknown as BuildConfiguration;
  const lock = { problems: [], missingFiles: 0, origins: [] };
  const declared = {
    configuration,
    targets: [],
    tools: [],
    system: [],
    failures: [],
    lock,
    ...patient.declared,
  };
  return {
    host,
    signal: new AbortController().signal,
    store: openDiskStore({ fs, clock, env, root: STORE }),
    workspace:
      patient.workspace === null
        ? undefined
        : { root: ROOT, diagnostics: [], declared, ...patient.workspace },
    asksNetwork: false,
    sandbox: async () => ({ kind: 'namespaces' }),
    idProblem: () => undefined,
    hideSecrets: (text) => text,
    ...patient.examined,
  };
}
