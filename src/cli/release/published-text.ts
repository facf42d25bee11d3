import { counted } from '../../base/index.ts';
import type { PublishEvent, PublishedRelease, Publisher } from '../../publish/index.ts';

export interface Published {
  readonly publishers: readonly Pick<Publisher, 'place' | 'unit' | 'whole'>[];
  readonly events: readonly PublishEvent[];
  readonly release: Pick<PublishedRelease, 'version' | 'channel'>;
}

/** A line for each destination: what went there, what was there, and what that changed for people. */
export function publishedLines({ publishers, events, release }: Published): string[] {
  return publishers.map((publisher) => {
    const own = events.filter(({ place }) => place === publisher.place);
    const end = endOf(own, release);
    return `${publisher.place}: ${[countsOf(publisher, own), ...(end === undefined ? [] : [end])].join('; ')}`;
  });
}

type Put = Extract<PublishEvent, { readonly type: 'put' }>['how'];

function countsOf({ unit, whole }: Published['publishers'][number], own: readonly PublishEvent[]): string {
  const isPromoted = own.some(({ type }) => type === 'promoted');
  const puts = new Map(own.flatMap((event) => (event.type === 'put' ? [[event.name, event.how]] : [])));
  const named = (...hows: readonly Put[]): number =>
    [...puts.values()].filter((how) => hows.includes(how)).length;
  const sent = named('sent');
  // What was to come later and did not come was there by then.
  const there = named('present', 'recorded') + (isPromoted ? named('later') : 0);
  if (whole !== undefined)
    return puts.size === 0 ? `${whole} not sent` : `${whole} ${sent > 0 ? 'sent' : 'there already'}`;
  const waiting = isPromoted ? 0 : named('later');
  const parts = [
    ...(sent > 0 ? [`${counted(sent, unit ?? 'file')} sent`] : []),
    ...(there > 0 ? [`${sent > 0 ? there : counted(there, unit ?? 'file')} there already`] : []),
    ...(named('left-out') > 0 ? [`${named('left-out')} left out`] : []),
    ...(waiting > 0 ? [`${waiting} not sent yet`] : []),
  ];
  return parts.length === 0 ? 'nothing sent' : parts.join(', ');
}

function endOf(own: readonly PublishEvent[], { version, channel }: Published['release']): string | undefined {
  const how = own.find(({ type }) => type === 'promoted')?.how;
  switch (how) {
    case 'moved':
      return `${channel} is ${version} there now`;
    case 'kept':
      return `${channel} stays at a newer release`;
    case undefined:
      return `${version} is not released there`;
    default:
      return undefined;
  }
}
