const PORT =
  /^(?:(\[[0-9a-f:.]*\]|[0-9.]*):)?(?:(\d{1,5}(?:-\d{1,5})?)?:)?(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i;
const MAX_PORT = 65535;

export interface PortRange {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
  /** Names a host's address or port, which means nothing in an image. */
  readonly isMapping: boolean;
}

/** `80`, `8000-8010/udp`; also `127.0.0.1:80:8080`, which older builders took. */
export function parsePort(text: string): PortRange | undefined {
  const match = PORT.exec(text);
  const first = Number(match?.[3]);
  const last = Number(match?.[4] ?? match?.[3]);
  if (!match || first < 1 || last < first || last > MAX_PORT) return undefined;
  const protocol = (match[5] ?? 'tcp').toLowerCase();
  return { first, last, protocol, isMapping: text.includes(':') };
}

/** Of Linux, without `SIG`. */
const SIGNALS = new Set(
  (
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP ' +
    'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
  ).split(' '),
);
const MAX_SIGNAL = 64;

/** A signal by name, with or without `SIG`, or by number. */
export function isSignal(text: string): boolean {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= MAX_SIGNAL;
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RT(?:MIN|MAX)(?:[+-](\d{1,2}))?$/.exec(name);
  return SIGNALS.has(name) || (realTime !== null && Number(realTime[1] ?? 0) <= 15);
}
