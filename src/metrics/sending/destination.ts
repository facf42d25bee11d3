import { type Diagnostic, sha256 } from '../../base/index.ts';
import type { MetricsCode } from '../diagnostics.ts';

/** Where something of each build is sent to. */
export interface Destination {
  /** What is sent there: the record with the document's fields, or spans. */
  readonly kind: 'record' | 'spans';
  readonly url: string;
  /** With what says who sends. Never kept on the disk. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it may be shown. */
  readonly name: string;
  /** A folder's name, for what waits to be sent there. */
  readonly key: string;
}

export interface Destinations {
  readonly destinations: readonly Destination[];
  /** All of them notes or warnings: no build fails because of its metrics. */
  readonly problems: readonly Diagnostic[];
}

type Variables = Readonly<Record<string, string>>;

/** Whether a build has anything to send: asked before any of this is loaded. */
export function hasDestination(variables: Variables): boolean {
  return NAMES.some((name) => (variables[name] ?? '') !== '');
}

const METRICS = 'METRICS_URL';
const OTLP = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const OTLP_TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const NAMES = [METRICS, OTLP, OTLP_TRACES];

/** What the variables ask for. */
export function destinationsOf(variables: Variables): Destinations {
  const destinations: Destination[] = [];
  const problems: Diagnostic[] = [];
  const add = (name: string, kind: Destination['kind'], about: Omit<Address, 'text'>): void => {
    const text = variables[name] ?? '';
    const made = text === '' ? undefined : destinationOf({ ...about, text }, kind);
    if (made) destinations.push(made);
    else if (text !== '') problems.push(badAddress(name));
  };
  const { METRICS_TOKEN: token = '' } = variables;
  add(METRICS, 'record', { path: '', headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
  if (!isAsked(variables)) return { destinations, problems };
  const protocol = variables.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || variables.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol !== undefined && protocol !== '' && protocol !== 'http/json') {
    return { destinations, problems: [...problems, otherProtocol(protocol)] };
  }
  const headers = otlpHeaders(variables);
  if ((variables[OTLP_TRACES] ?? '') !== '') add(OTLP_TRACES, 'spans', { path: '', headers });
  else add(OTLP, 'spans', { path: '/v1/traces', headers });
  return { destinations, problems };
}

function isAsked(variables: Variables): boolean {
  if (variables.OTEL_SDK_DISABLED === 'true' || variables.OTEL_TRACES_EXPORTER === 'none') return false;
  return [OTLP, OTLP_TRACES].some((name) => (variables[name] ?? '') !== '');
}

interface Address {
  readonly text: string;
  /** Added to the address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function destinationOf({ text, path, headers }: Address, kind: Destination['kind']): Destination | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  if (path !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return {
    kind,
    url: url.href,
    headers,
    name: `${url.origin}${url.pathname}`,
    key: `${kind}-${sha256(url.href).slice(0, 16)}`,
  };
}

/** `name=value` pairs with percent signs, as the variable's specification has them. */
function otlpHeaders(variables: Variables): Record<string, string> {
  const text = variables.OTEL_EXPORTER_OTLP_TRACES_HEADERS || variables.OTEL_EXPORTER_OTLP_HEADERS || '';
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim().toLowerCase();
    const value = decoded(pair.slice(at + 1).trim());
    return /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && /^[\t\u0020-\u007e]*$/.test(value)
      ? [[name, value] as const]
      : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function badAddress(name: string): Diagnostic {
  const code: MetricsCode = 'metrics/bad-address';
  const message = `${name} is no address that metrics can be sent to`;
  return { code, severity: 'warning', message, hint: 'for example https://host/builds, without a password' };
}

function otherProtocol(protocol: string): Diagnostic {
  const code: MetricsCode = 'metrics/protocol';
  const message = `spans are not sent: OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}`;
  return {
    code,
    severity: 'warning',
    message,
    hint: 'set it to http/json, and the endpoint to that of HTTP',
  };
}
