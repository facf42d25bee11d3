import type { Diagnostic } from '../base/index.ts';
import { shownBytes } from './byte-text.ts';
import { ImageFault, LayerFault } from './fault.ts';
import { FileView, type Shadowing } from './file-view.ts';
import type { OpenedImage } from './open-image.ts';
import type { ReadLayer } from './read-layers.ts';

/** The files of an image, and warnings about what engines take differently. Throws ImageFault. */
export function viewImage(
  { name }: OpenedImage,
  layers: readonly ReadLayer[],
  onShadow?: (shadowing: Shadowing) => void,
): { readonly view: FileView; readonly diagnostics: readonly Diagnostic[] } {
  const listings = layers.map(({ listing }) => listing);
  const view = makeView(name, () => new FileView(listings, onShadow));
  const doubts = [
    ...listings.flatMap(({ absolute }, layer) =>
      absolute.map((path) => ({
        layer,
        message: `the name of ${shownBytes(path)} begins with /, which was left out`,
      })),
    ),
    ...view.doubts,
  ];
  const shown = doubts.slice(0, SHOWN_DOUBTS).map(({ layer, message }) => `layer ${layer + 1}: ${message}`);
  const rest = doubts.length - shown.length;
  const messages = rest > 0 ? [...shown, `${rest} more members that engines take differently`] : shown;
  return { view, diagnostics: messages.map((message) => warning(name, message)) };
}

const SHOWN_DOUBTS = 5;

function makeView(name: string, make: () => FileView): FileView {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof LayerFault)) throw error;
    throw new ImageFault({
      code: 'inspection/bad-layer',
      place: name,
      message: error.message,
      hint: 'make the layer again; nothing is told of an image that engines would refuse',
    });
  }
}

function warning(path: string, message: string): Diagnostic {
  return {
    code: 'inspection/doubtful-member',
    severity: 'warning',
    path,
    message,
    hint: 'engines do not agree on such a member',
    cause: 'input',
  };
}
