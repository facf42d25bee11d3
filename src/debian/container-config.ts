import type { ContainerConfig, ContainerSettings, Healthcheck, HealthcheckSettings } from '../oci/index.ts';

/** Where the distribution has its programs; runtimes know no default of their own. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The settings in the form of the OCI image configuration. */
export function containerConfig(settings: ContainerSettings): ContainerConfig {
  const env = { PATH, ...settings.env };
  const ports = settings.expose.map((port) => (port.includes('/') ? port : `${port}/tcp`));
  return {
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(Object.keys(settings.labels).length > 0 ? { Labels: settings.labels } : {}),
    ...(settings.workdir === undefined ? {} : { WorkingDir: settings.workdir }),
    ...(settings.user === undefined ? {} : { User: settings.user }),
    ...(settings.entrypoint ? { Entrypoint: settings.entrypoint } : {}),
    ...(settings.cmd ? { Cmd: settings.cmd } : {}),
    ...(ports.length > 0 ? { ExposedPorts: setOf(ports) } : {}),
    ...(settings.volumes.length > 0 ? { Volumes: setOf(settings.volumes) } : {}),
    ...(settings.stopSignal === undefined ? {} : { StopSignal: settings.stopSignal }),
    ...(settings.healthcheck ? { Healthcheck: healthcheckOf(settings.healthcheck) } : {}),
  };
}

function setOf(names: readonly string[]): Record<string, Record<string, never>> {
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, {}]));
}

function healthcheckOf(check: HealthcheckSettings): Healthcheck {
  return {
    Test: ['CMD', ...check.command],
    ...(check.intervalMs === undefined ? {} : { Interval: nanoseconds(check.intervalMs) }),
    ...(check.timeoutMs === undefined ? {} : { Timeout: nanoseconds(check.timeoutMs) }),
    ...(check.startPeriodMs === undefined ? {} : { StartPeriod: nanoseconds(check.startPeriodMs) }),
    ...(check.startIntervalMs === undefined ? {} : { StartInterval: nanoseconds(check.startIntervalMs) }),
    ...(check.retries === undefined ? {} : { Retries: check.retries }),
  };
}

const nanoseconds = (durationMs: number): number => Math.round(durationMs * 1e6);
