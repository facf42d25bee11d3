import type { FileSink } from './file-sinks.ts';
import { GO_MAGIC, type GoInfo, goInfoAt, goPackages, MAX_GO_INFO_BYTES } from './go.ts';
import { readRustProgram } from './rust.ts';

const ALIGN = 16;
/** Larger programs are read for Go alone, whose list can be found in passing. */
const MAX_HELD_BYTES = 64 * 2 ** 20;
const MAX_COLLECTED_BYTES = 2 * MAX_GO_INFO_BYTES + 1024;

/**
 * A program: looks for the modules of Go as the bytes pass, and for the crates of Rust at the end where the file is small enough to
 * be held. What begins as no program is let pass.
 */
export function programSink(sizeBytes: number): FileSink {
  let scan: GoScan | undefined;
  let isProgram: boolean | undefined;
  const held: Buffer[] = [];
  return {
    take(chunk) {
      isProgram ??= beginsAsProgram(chunk);
      if (!isProgram) return;
      scan ??= new GoScan();
      scan.take(chunk);
      if (sizeBytes <= MAX_HELD_BYTES) held.push(Buffer.from(chunk));
    },
    end() {
      if (!isProgram || !scan) return [];
      const info = scan.end();
      if (info.kind === 'read') return goPackages(info);
      if (info.kind === 'old')
        return [
          { kind: 'not-listed', why: 'a program of Go before 1.18, whose list of modules is not read' },
        ];
      return held.length > 0 ? readRustProgram(Buffer.concat(held)) : [];
    },
  };
}

/** ELF, Mach-O, PE. */
function beginsAsProgram(chunk: Uint8Array): boolean {
  const [a, b, c, d] = chunk;
  if (a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46) return true;
  if (a === 0x4d && b === 0x5a) return true;
  return (a === 0xcf || a === 0xce) && b === 0xfa && c === 0xed && d === 0xfe;
}

/** Finds the magic word at places that 16 divides, over the borders of chunks, and collects what stands behind it. */
class GoScan {
  /** What may begin a magic word, or is being collected. */
  #tail: Buffer = Buffer.alloc(0);
  /** Where `#tail` begins in the file. */
  #at = 0;
  #isCollecting = false;
  #found: GoInfo = { kind: 'none' };

  take(chunk: Uint8Array): void {
    if (this.#found.kind === 'read') return;
    const part = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#tail = this.#tail.length === 0 ? Buffer.from(part) : Buffer.concat([this.#tail, part]);
    this.#search(false);
  }

  end(): GoInfo {
    if (this.#found.kind !== 'read') this.#search(true);
    return this.#found;
  }

  #search(isEnd: boolean): void {
    let place = this.#isCollecting ? 0 : this.#tail.indexOf(GO_MAGIC);
    for (; place >= 0; place = this.#tail.indexOf(GO_MAGIC, place + 1)) {
      const info = this.#infoAt(place);
      this.#isCollecting = info.kind === 'short' && !isEnd && this.#tail.length - place < MAX_COLLECTED_BYTES;
      if (this.#isCollecting) break;
      if (info.kind === 'read' || info.kind === 'old') this.#found = info;
      if (info.kind === 'read') break;
    }
    const keptFrom = this.#isCollecting ? place : Math.max(0, this.#tail.length - GO_MAGIC.length + 1);
    this.#at += keptFrom;
    this.#tail = this.#found.kind === 'read' ? Buffer.alloc(0) : this.#tail.subarray(keptFrom);
  }

  #infoAt(place: number): GoInfo {
    return (this.#at + place) % ALIGN === 0 ? goInfoAt(this.#tail.subarray(place)) : { kind: 'none' };
  }
}
