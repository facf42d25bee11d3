import { shownText } from './byte-text.ts';
import { ImageFault } from './fault.ts';
import { fitsPlatform, platformText, type WantedPlatform } from './platform-choice.ts';

/** Which one of several images. */
export interface ImageChoice {
  /** As the user named it, for messages. */
  readonly name: string;
  readonly tag?: string;
  /** Must be this; otherwise `machine` decides between several. */
  readonly platform?: WantedPlatform;
  readonly machine: WantedPlatform;
}

export interface ImagePlace extends ImageChoice {
  /** A folder or a file, absolute. */
  readonly path: string;
}

/** An image that a layout or an archive offers. */
export interface Candidate<T> {
  readonly source: T;
  readonly tags: readonly string[];
  readonly platform: Partial<WantedPlatform>;
}

/** Throws ImageFault where none is meant, or more than one could be. */
export function chooseCandidate<T>(candidates: readonly Candidate<T>[], place: ImageChoice): T {
  const { name, tag, platform, machine } = place;
  if (candidates.length === 0)
    throw fault(place, 'inspection/no-image', { message: 'it holds no image', hint: 'check the path' });
  const tagged =
    tag === undefined ? candidates : candidates.filter(({ tags }) => tags.some((each) => isTag(each, tag)));
  if (tagged.length === 0)
    throw fault(place, 'inspection/no-match', {
      message: `no image has the tag ${tag}`,
      hint: `there is ${offered(candidates)}`,
    });
  const fitting = platform ? tagged.filter((each) => fitsPlatform(each.platform, platform)) : tagged;
  if (fitting.length === 0) {
    const message = `no image is for ${platformText(platform!)}`;
    throw fault(place, 'inspection/no-match', { message, hint: `there is ${offered(tagged)}` });
  }
  const [first] = fitting;
  if (fitting.length === 1) return first!.source;
  const ofMachine = fitting.filter((each) => fitsPlatform(each.platform, machine));
  if (!platform && ofMachine.length === 1) return ofMachine[0]!.source;
  const isTagEnough = new Set(fitting.map((each) => each.tags.join(' '))).size === fitting.length;
  const hint = isTagEnough && tag === undefined ? `add a tag: ${name}:TAG` : 'say which with --platform';
  throw fault(place, 'inspection/several-images', { message: `it holds ${offered(fitting)}`, hint });
}

/** A name of `docker save` is meant by its tag alone, too. */
function isTag(name: string, wanted: string): boolean {
  return name === wanted || name.endsWith(`:${wanted}`);
}

const SHOWN = 8;

function offered(candidates: readonly Candidate<unknown>[]): string {
  const texts = candidates.map(({ tags, platform }) => {
    const shown = tags.length === 0 ? '' : `${tags.map(shownText).join(', ')} for `;
    return `${shown}${platformText(platform)}`;
  });
  const rest = texts.length > SHOWN ? [`${texts.length - SHOWN} more`] : [];
  return [...texts.slice(0, SHOWN), ...rest].join('; ');
}

function fault(
  { name }: ImageChoice,
  code: 'inspection/no-image' | 'inspection/no-match' | 'inspection/several-images',
  { message, hint }: { readonly message: string; readonly hint: string },
): ImageFault {
  return new ImageFault({ code, place: name, message, hint });
}
