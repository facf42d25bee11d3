import { gzipSync } from 'node:zlib';
import { digestOf, type Result } from '../base/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import type { InspectionFailure } from './fault.ts';
import type { InspectionWorld } from './image-files.ts';
import { type OpenedImage, openImage } from './open-image.ts';
import type { WantedPlatform } from './platform-choice.ts';

/** A member of an archive that a test writes; what is not told is as for a plain file of root. */
export interface WrittenMember {
  readonly name: string | Uint8Array;
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly uid?: number;
  readonly mtime?: number;
  readonly target?: string;
  readonly device?: readonly [major: number, minor: number];
  readonly pax?: Readonly<Record<string, string>>;
  /** Of what the header says, where that is not the content's. */
  readonly sizeBytes?: number;
}

/** Tar (POSIX.1-2001) as a hostile or careless program may write it: nothing is checked. */
export function tarOf(members: readonly WrittenMember[], end = 1024): Buffer {
  return Buffer.concat([...members.flatMap(memberBlocks), Buffer.alloc(end)]);
}

function memberBlocks(member: WrittenMember): Buffer[] {
  const { pax, content = '' } = member;
  const bytes = Buffer.from(content as string);
  const blocks = [header(member, bytes.byteLength), padded(bytes)];
  if (!pax) return blocks;
  const records = Buffer.concat(Object.entries(pax).map(([key, value]) => paxRecord(key, value)));
  return [header({ name: 'pax', type: 'x' }, records.byteLength), padded(records), ...blocks];
}

/** Values have a character for each byte. */
function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.from(` ${key}=${value}\n`, 'latin1');
  let length = body.byteLength;
  while (String(length).length + body.byteLength !== length) length = String(length).length + body.byteLength;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)]);
}

function header(member: WrittenMember, contentBytes: number): Buffer {
  const { name, type = '0', mode = 0o644, uid = 0, mtime = 0, target = '', device, sizeBytes } = member;
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  block.set(Buffer.from(name as string).subarray(0, 100), 0);
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(0, 116, 8);
  octal(sizeBytes ?? contentBytes, 124, 12);
  octal(mtime, 136, 12);
  block.write(type, 156, 'latin1');
  block.write(target, 157);
  block.write('ustar\0' + '00', 257, 'latin1');
  if (device) {
    octal(device[0], 329, 8);
    octal(device[1], 337, 8);
  }
  block.fill(0x20, 148, 156);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

export interface WrittenImage {
  /** Uncompressed tars, from the lowest layer up. */
  readonly layers: readonly Buffer[];
  readonly config?: object;
  readonly compress?: (tar: Buffer) => Uint8Array;
  readonly tag?: string;
  readonly platform?: WantedPlatform;
}

const CONFIG = 'application/vnd.oci.image.config.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The files of an OCI layout with these images, by their paths in it. */
export function layoutOf(images: readonly WrittenImage[]): Map<string, Buffer> {
  const files = new Map([['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')]]);
  const put = (mediaType: string, content: object | Uint8Array): object => {
    const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(JSON.stringify(content));
    const { hash, sizeBytes } = digestOf(bytes);
    files.set(`blobs/sha256/${hash}`, bytes);
    return { mediaType, digest: `sha256:${hash}`, size: sizeBytes };
  };
  const manifests = images.map(
    ({ layers, config = {}, compress = (tar) => gzipSync(tar), tag, platform }) => {
      const diffIds = layers.map((layer) => `sha256:${digestOf(layer).hash}`);
      const { os, architecture } = platform ?? { os: 'linux', architecture: 'amd64' };
      const document = { os, architecture, ...config, rootfs: { type: 'layers', diff_ids: diffIds } };
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: put(CONFIG, document),
        layers: layers.map((layer) => put(LAYER, compress(layer))),
      };
      return {
        ...put(MANIFEST, manifest),
        ...(platform ? { platform } : {}),
        ...(tag === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': tag } }),
      };
    },
  );
  return files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
}

/** A disk in memory with layouts (maps) and archives (bytes) by their paths. */
export function worldOf(
  things: Readonly<Record<string, ReadonlyMap<string, Buffer> | Buffer>>,
): InspectionWorld {
  const fs = new MemoryFileSystem();
  for (const [place, thing] of Object.entries(things)) {
    const files = Buffer.isBuffer(thing) ? new Map([['', thing]]) : thing;
    for (const [path, bytes] of files) {
      const full = path === '' ? place : `${place}/${path}`;
      fs.makeDirectory(full.slice(0, full.lastIndexOf('/')) || '/');
      fs.writeFile(full, bytes);
    }
  }
  return { fs, signal: new AbortController().signal };
}

export const MACHINE: WantedPlatform = { os: 'linux', architecture: 'amd64' };

export function open(
  world: InspectionWorld,
  path: string,
  more: { readonly tag?: string; readonly platform?: WantedPlatform } = {},
): Promise<Result<OpenedImage, InspectionFailure>> {
  return openImage(world, { name: path.slice(1), path, machine: MACHINE, ...more });
}
