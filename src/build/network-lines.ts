import type { NetworkRecord, ReachedAddress } from '../container/index.ts';

/** A line for each kind of what was reached. */
export function networkLines(record: NetworkRecord): string[] {
  if (!record.isRecorded) return [`what it reached by the network is not recorded: ${record.reason}`];
  const { addresses, listened, names, missed } = record;
  const list = (all: readonly ReachedAddress[]): string => all.map(addressText).join(', ');
  const lines = [
    ...(addresses.length > 0 ? [`reached by the network: ${list(addresses)}`] : []),
    ...(names.length > 0 ? [`asked DNS for: ${names.join(', ')}`] : []),
    ...(listened.length > 0 ? [`waited for connections at: ${list(listened)}`] : []),
    ...(missed > 0 ? [`${missed} calls named addresses that are not recorded`] : []),
  ];
  return lines.length > 0 ? lines : ['it had the network, and reached nothing by it'];
}

function addressText({ protocol, host, port, count }: ReachedAddress): string {
  const shown = port === undefined ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `${protocol} ${shown}${count > 1 ? ` (${count} times)` : ''}`;
}
