import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, ok, type Result } from '../../base/index.ts';

/** The part of `@resvg/resvg-wasm` that is called here. */
interface Resvg {
  initWasm(module: Uint8Array): Promise<void>;
  readonly Resvg: new (
    svg: string,
    options: { readonly fitTo: { readonly mode: 'width'; readonly value: number } },
  ) => { render(): { readonly pixels: Uint8Array; asPng(): Uint8Array; free(): void }; free(): void };
}

const TRIAL = { fitTo: { mode: 'width', value: 64 } } as const;

/** The library starts once in a process. */
const STARTED = new WeakMap<Resvg, Promise<void>>();

/** A picture that icons are made from. */
export interface Drawing {
  readonly kind: 'svg' | 'png';
  readonly bytes: Uint8Array;
  /** Pixels of a side of a PNG. */
  readonly side: number;
}

export interface IconShape {
  readonly pixels: number;
  /** Percent of a side that stay free at each edge. */
  readonly inset: number;
  /** A CSS colour behind the drawing; transparent unless told. */
  readonly background?: string;
}

/** Draws icons by resvg, compiled to WebAssembly: the same bytes on every processor. */
export class IconRenderer {
  readonly #resvg: Resvg;
  /** A PNG and its halves, the largest first. */
  readonly #halves: Drawing[] = [];

  private constructor(resvg: Resvg, drawing: Drawing) {
    this.#resvg = resvg;
    this.#halves.push(drawing);
  }

  /** `folder` holds the package. */
  static async open(
    { folder, program }: { readonly folder: string; readonly program: Uint8Array },
    drawing: Drawing,
  ): Promise<Result<IconRenderer, string>> {
    const resvg = (await import(pathToFileURL(posix.join(folder, 'index.mjs')).href)) as Resvg;
    const start = STARTED.get(resvg) ?? resvg.initWasm(program);
    STARTED.set(resvg, start);
    await start;
    const renderer = new IconRenderer(resvg, drawing);
    const problem = renderer.#problem(drawing);
    return problem === undefined ? ok(renderer) : fail(problem);
  }

  /** What is wrong inside an `image` the library passes over in silence, so the drawing is tried alone first. */
  #problem(drawing: Drawing): string | undefined {
    try {
      if (drawing.kind === 'svg') new this.#resvg.Resvg(Buffer.from(drawing.bytes).toString(), TRIAL).free();
      const tree = new this.#resvg.Resvg(framed(picture(drawing, { at: 0, side: 100 })), TRIAL);
      const image = tree.render();
      const isEmpty = image.pixels.every((value) => value === 0);
      image.free();
      tree.free();
      return isEmpty ? 'it draws nothing' : undefined;
    } catch (error) {
      // The library throws texts.
      return String(error);
    }
  }

  /** A square PNG, or why the drawing cannot be read. */
  render({ pixels, inset, background }: IconShape): Result<Uint8Array, string> {
    const inner = 100 - 2 * inset;
    const drawing = this.#sized(Math.ceil((pixels * inner) / 100));
    if (!drawing.ok) return drawing;
    const ground = background === undefined ? '' : `<rect width="100" height="100" fill="${background}"/>`;
    return this.#drawn(`${ground}${picture(drawing.value, { at: inset, side: inner })}`, pixels);
  }

  /** A PNG is halved until less than twice the wanted size is left, so that no pixel of it is passed over. */
  #sized(pixels: number): Result<Drawing, string> {
    for (;;) {
      const small = this.#halves.find(({ kind, side }) => kind === 'svg' || side < 2 * pixels);
      if (small) return ok(small);
      const last = this.#halves.at(-1)!;
      const side = Math.floor(last.side / 2);
      const half = this.#drawn(picture(last, { at: 0, side: 100 }), side);
      if (!half.ok) return half;
      this.#halves.push({ kind: 'png', bytes: half.value, side });
    }
  }

  #drawn(content: string, pixels: number): Result<Uint8Array, string> {
    try {
      const tree = new this.#resvg.Resvg(framed(content), { fitTo: { mode: 'width', value: pixels } });
      const image = tree.render();
      const png = image.asPng();
      image.free();
      tree.free();
      return ok(png);
    } catch (error) {
      return fail(String(error));
    }
  }
}

const framed = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">${content}</svg>`;

function picture(
  { kind, bytes }: Drawing,
  { at, side }: { readonly at: number; readonly side: number },
): string {
  const type = kind === 'svg' ? 'image/svg+xml' : 'image/png';
  const address = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
  return `<image x="${at}" y="${at}" width="${side}" height="${side}" href="${address}"/>`;
}
