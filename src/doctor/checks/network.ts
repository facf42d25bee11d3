import { cleanLine } from '../../base/index.ts';
import type { HttpFailure } from '../../host/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, together, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';

const ID = 'network/service';
/** How long one service may take; more than five are asked one after the other all the same. */
const WAIT_MS = 5000;
const SETTINGS = ['METRICS_URL', 'ARTIFACT_REPO_URL', 'SONAR_HOST_URL', 'REGISTRY'] as const;

interface Service {
  /** The setting, or the lock. */
  readonly by: string;
  readonly origin: string;
}

/** Services that a setting or the lock names: whether they answer at all. No credential is sent. */
export async function checkNetwork(examined: Examined): Promise<DoctorReport> {
  const { services, unreadable } = servicesOf(examined);
  if (services.length + unreadable.length === 0)
    return notChecked(ID, 'neither a setting nor the lock names a service');
  const named = services.map(({ by, origin }) => `${origin} (${by})`).join(', ');
  if (!examined.asksNetwork && services.length > 0)
    return together([notChecked(ID, `--network was not given: ${named}`), ...unreadable]);
  const asked: DoctorReport[] = [];
  for (const service of services) asked.push(await ask(examined, service));
  return together([...asked, ...unreadable]);
}

function servicesOf({ host, workspace }: Examined): {
  readonly services: readonly Service[];
  readonly unreadable: readonly DoctorReport[];
} {
  const services = new Map<string, Service>();
  const unreadable: DoctorReport[] = [];
  const add = (by: string, origin: string): void => {
    if (!services.has(origin)) services.set(origin, { by, origin });
  };
  for (const name of SETTINGS) {
    const value = host.env.variables[name];
    if (value === undefined || value === '') continue;
    const origin = originOf(name === 'REGISTRY' ? `https://${value}` : value);
    if (origin !== undefined) add(name, origin);
    else
      unreadable.push(
        found(broken(ID, `${name} is not an address of http or https`, { remedy: `unset ${name}` })),
      );
  }
  for (const origin of workspace?.declared?.lock?.origins ?? []) add('mobileops.lock', origin);
  return { services: [...services.values()], unreadable };
}

/** Without a user, a path or a query, any of which may be a secret. */
export function originOf(address: string): string | undefined {
  try {
    const { protocol, origin } = new URL(address);
    return protocol === 'http:' || protocol === 'https:' ? origin : undefined;
  } catch {
    return undefined;
  }
}

async function ask({ host, signal }: Examined, { by, origin }: Service): Promise<DoctorReport> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
  const url = `${origin}/`;
  const answer = await host.http.exchange({
    method: 'HEAD',
    url,
    headers: {},
    signal: limit,
    stallTimeoutMs: WAIT_MS,
  });
  const remedy = `curl --head ${url}`;
  signal.throwIfAborted();
  if (!answer.ok) return found(broken(ID, `${origin} (${by}) ${failureText(answer.failure)}`, { remedy }));
  answer.value.discard();
  const { status } = answer.value;
  const seen = `${origin} (${by}) answers`;
  return found(
    status >= 500 ? warning(ID, `${seen} with an error of its own, ${status}`, { remedy }) : fine(ID, seen),
  );
}

function failureText(failure: HttpFailure): string {
  if (failure.kind === 'stalled' || failure.kind === 'interrupted')
    return `did not answer within ${WAIT_MS / 1000} seconds`;
  if (failure.kind === 'tls' && failure.isPlainHttp) return 'speaks http without TLS';
  return `cannot be reached (${cleanLine(failure.code)})`;
}
