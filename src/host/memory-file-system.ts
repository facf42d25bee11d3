import type { DirectoryEntry, FileHandle, FileStat, FileSystem } from './file-system.ts';
import {
  byName,
  bytesOf,
  CrashError,
  copyInto,
  type Fault,
  type FileOperation,
  type MemoryNode,
  namesOf,
  systemError,
  WRITING,
} from './memory-nodes.ts';

export interface MemoryFileSystemOptions {
  /** The disk's clock; one that counts its own readings unless told. */
  readonly now?: () => number;
  /** Times are rounded down to this; 1 unless told. */
  readonly tickMs?: number;
}

/** A disk in memory with inodes, links, modes and times, on which faults can be set. Modes forbid nothing. */
export class MemoryFileSystem implements FileSystem {
  tickMs: number;
  uid = 1000;
  device = 1;
  capacityBytes = 2 ** 40;
  /** Every operation with its path, in order. */
  readonly calls: { readonly operation: FileOperation; readonly path: string }[] = [];
  readonly #now: () => number;
  readonly #faults: { fault: Fault; left: number }[] = [];
  readonly #root: MemoryNode;
  #inodes = 1;
  #counted = 0;
  #temporaries = 0;
  #crashAfter = Number.POSITIVE_INFINITY;

  constructor(options: MemoryFileSystemOptions = {}) {
    this.#now = options.now ?? (() => 1_000_000 + this.#counted++);
    this.tickMs = options.tickMs ?? 1;
    this.#root = this.#node('directory', 0o755);
  }

  /** Makes calls fail with a system error. */
  addFault(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clearFaults(): void {
    this.#faults.length = 0;
  }

  /** After `count` more changes to the disk everything throws `CrashError`, until `restart`. */
  crashAfter(count: number): void {
    this.#crashAfter = count;
  }

  restart(): void {
    this.#crashAfter = Number.POSITIVE_INFINITY;
  }

  /** Puts a named pipe, as no operation of a build does. */
  makePipe(path: string): void {
    this.#enter(path, this.#node('other', 0o644), 'writeFile');
  }

  /** Changes a byte and no time, as a bad disk does. */
  flipByte(path: string, at: number): void {
    const node = this.#need(path, 'writeFile');
    node.content = Uint8Array.from(node.content, (byte, index) => (index === at ? byte ^ 1 : byte));
  }

  lstat(path: string): FileStat | undefined {
    this.#call('lstat', path);
    const node = this.#find(path, false);
    return node && this.#stat(node);
  }

  readDirectory(path: string): readonly DirectoryEntry[] {
    this.#call('readDirectory', path);
    const node = this.#need(path, 'readDirectory');
    if (node.type !== 'directory') throw systemError('ENOTDIR', 'readDirectory', path);
    return [...node.entries].map(([name, { type }]) => ({ name, type })).sort(byName);
  }

  readFile(path: string): Uint8Array {
    this.#call('readFile', path);
    const node = this.#need(path, 'readFile');
    if (node.type === 'directory') throw systemError('EISDIR', 'readFile', path);
    return Uint8Array.from(node.content);
  }

  readText(path: string): string {
    return Buffer.from(this.readFile(path)).toString();
  }

  readTextIfExists(path: string): string | undefined {
    return this.#find(path, true) ? this.readText(path) : undefined;
  }

  writeFile(path: string, content: Uint8Array | string, mode = 0o644): void {
    const node = this.#openForWriting(path, 'writeFile', { isNew: false, mode });
    this.#fill(node, bytesOf(content), 'writeFile', path);
  }

  createFile(path: string, content: Uint8Array | string, mode = 0o644): void {
    const node = this.#openForWriting(path, 'createFile', { isNew: true, mode });
    this.#fill(node, bytesOf(content), 'createFile', path);
  }

  replaceFile(path: string, content: Uint8Array | string, mode = 0o644): void {
    const folder = path.slice(0, path.lastIndexOf('/'));
    const temporary = `${folder}/.tmp-${this.#temporaries++}`;
    try {
      this.createFile(temporary, content, mode);
      this.rename(temporary, path);
    } catch (error) {
      if (!(error instanceof CrashError) && this.#find(temporary, false)) this.unlink(temporary);
      throw error;
    }
  }

  appendFile(path: string, content: string): void {
    const before = this.#find(path, true)?.content ?? new Uint8Array();
    const node = this.#openForWriting(path, 'appendFile', { isNew: false });
    this.#fill(node, Buffer.concat([before, Buffer.from(content)]), 'appendFile', path);
  }

  open(path: string, flags: 'r' | 'w' | 'wx', mode = 0o644): FileHandle {
    if (flags === 'r') this.#call('open', path);
    const node =
      flags === 'r'
        ? this.#need(path, 'open')
        : this.#openForWriting(path, flags === 'wx' ? 'createFile' : 'writeFile', {
            isNew: flags === 'wx',
            mode,
          });
    return this.#handle(node, path);
  }

  makeDirectory(path: string, mode?: number): void {
    this.#call('makeDirectory', path);
    let at = this.#root;
    const names = namesOf(path);
    for (const [index, name] of names.entries()) {
      const next = this.#follow(at, name);
      if (next && next.type !== 'directory') {
        throw systemError(index === names.length - 1 ? 'EEXIST' : 'ENOTDIR', 'makeDirectory', path);
      }
      if (!next) {
        at.entries.set(name, this.#node('directory', 0o755));
        this.#touch(at);
      }
      at = next ?? at.entries.get(name)!;
    }
    if (mode !== undefined) at.mode = mode;
  }

  rename(from: string, to: string): void {
    this.#call('rename', to);
    const node = this.#find(from, false);
    if (!node) throw systemError('ENOENT', 'rename', from);
    const target = this.#find(to, false);
    if (target === node) return;
    if (target?.type === 'directory' && node.type !== 'directory') throw systemError('EISDIR', 'rename', to);
    if (target?.type === 'directory' && target.entries.size > 0) throw systemError('ENOTEMPTY', 'rename', to);
    if (target && target.type !== 'directory' && node.type === 'directory')
      throw systemError('ENOTDIR', 'rename', to);
    this.#parent(to, 'rename');
    this.#detach(from, 'rename');
    if (target) this.#detach(to, 'rename').links--;
    this.#enter(to, node, 'rename');
    this.#changed(node);
  }

  link(existing: string, path: string): void {
    this.#call('link', path);
    const node = this.#find(existing, false);
    if (!node) throw systemError('ENOENT', 'link', existing);
    if (node.type === 'directory') throw systemError('EPERM', 'link', existing);
    this.#enter(path, node, 'link');
    node.links++;
    this.#changed(node);
  }

  symlink(target: string, path: string): void {
    this.#call('symlink', path);
    this.#enter(path, this.#node('symlink', 0o777, target), 'symlink');
  }

  readLink(path: string): string {
    this.#call('readLink', path);
    const node = this.#find(path, false);
    if (!node) throw systemError('ENOENT', 'readLink', path);
    if (node.type !== 'symlink') throw systemError('EINVAL', 'readLink', path);
    return node.target;
  }

  realPath(path: string): string {
    this.#call('realPath', path);
    this.#need(path, 'realPath');
    return this.#resolve(path);
  }

  copyFile(from: string, to: string, mode?: number): void {
    const source = this.#need(from, 'copyFile');
    const node = this.#openForWriting(to, 'copyFile', { isNew: false, mode: mode ?? source.mode });
    this.#fill(node, Uint8Array.from(source.content), 'copyFile', to);
  }

  unlink(path: string): void {
    this.#call('unlink', path);
    const node = this.#find(path, false);
    if (!node) throw systemError('ENOENT', 'unlink', path);
    if (node.type === 'directory') throw systemError('EISDIR', 'unlink', path);
    this.#detach(path, 'unlink');
    node.links--;
    this.#changed(node);
  }

  remove(path: string): void {
    this.#call('remove', path);
    if (this.#find(path, false)) this.#detach(path, 'remove').links--;
  }

  chmod(path: string, mode: number): void {
    this.#call('chmod', path);
    const node = this.#need(path, 'chmod');
    node.mode = mode;
    this.#changed(node);
  }

  setTimes(path: string, mtimeMs: number): void {
    this.#call('setTimes', path);
    const node = this.#find(path, false);
    if (!node) throw systemError('ENOENT', 'setTimes', path);
    node.mtimeMs = mtimeMs;
    this.#changed(node);
  }

  freeBytes(_path: string): number {
    return this.capacityBytes;
  }

  usedBytes(_path: string): number {
    return 0;
  }

  #call(operation: FileOperation, path: string): void {
    this.calls.push({ operation, path });
    if (this.#crashAfter <= 0) throw new CrashError(`crashed before ${operation} ${path}`);
    if (WRITING.has(operation)) this.#crashAfter--;
    for (const each of this.#faults) {
      const { fault } = each;
      if (each.left <= 0 || fault.operation !== operation || fault.path?.test(path) === false) continue;
      each.left--;
      throw systemError(fault.code, operation, path);
    }
  }

  #time(): number {
    return Math.floor(this.#now() / this.tickMs) * this.tickMs;
  }

  #node(type: FileStat['type'], mode: number, target = ''): MemoryNode {
    const time = this.#time();
    const base = { inode: this.#inodes++, type, mode, mtimeMs: time, ctimeMs: time, links: 1, target };
    return { ...base, content: new Uint8Array(), entries: new Map() };
  }

  #touch(node: MemoryNode): void {
    node.mtimeMs = this.#time();
    node.ctimeMs = node.mtimeMs;
  }

  #changed(node: MemoryNode): void {
    node.ctimeMs = this.#time();
  }

  #stat(node: MemoryNode): FileStat {
    const { type, mode, mtimeMs, ctimeMs, inode, links } = node;
    const sizeBytes = type === 'symlink' ? Buffer.byteLength(node.target) : node.content.byteLength;
    return { type, sizeBytes, mode, mtimeMs, ctimeMs, inode, device: this.device, links, uid: this.uid };
  }

  #openForWriting(path: string, operation: FileOperation, { isNew = false, mode = 0o644 }): MemoryNode {
    let node = this.#find(path, true);
    if (node && isNew) throw systemError('EEXIST', operation, path);
    if (node?.type === 'directory') throw systemError('EISDIR', operation, path);
    if (!node) {
      this.#parent(path, operation);
      node = this.#node('file', mode);
      this.#enter(path, node, operation);
    } else if (operation !== 'appendFile') node.mode = mode;
    this.#touch(node);
    return node;
  }

  /** A fault in the middle of writing leaves half of the content, as a full disk or a crash does. */
  #fill(node: MemoryNode, content: Uint8Array, operation: FileOperation, path: string): void {
    node.content = content.slice(0, content.byteLength >> 1);
    this.#call(operation, path);
    node.content = Uint8Array.from(content);
    this.#touch(node);
  }

  #handle(node: MemoryNode, path: string): FileHandle {
    let at = 0;
    const readAt = (buffer: Uint8Array, position: number): number => {
      this.#call('read', path);
      return copyInto(buffer, node.content, position);
    };
    return {
      readAt,
      read: (buffer) => {
        const count = readAt(buffer, at);
        at += count;
        return count;
      },
      write: (bytes) => {
        this.#fill(node, Buffer.concat([node.content.subarray(0, at), bytes]), 'write', path);
        at += bytes.byteLength;
      },
      sync: () => this.#call('sync', path),
      [Symbol.dispose]: () => {},
    };
  }

  #enter(path: string, node: MemoryNode, operation: FileOperation): void {
    const parent = this.#parent(path, operation);
    const name = namesOf(path).at(-1)!;
    if (parent.entries.has(name)) throw systemError('EEXIST', operation, path);
    parent.entries.set(name, node);
    this.#touch(parent);
  }

  #detach(path: string, operation: FileOperation): MemoryNode {
    const parent = this.#parent(path, operation);
    const name = namesOf(path).at(-1)!;
    const node = parent.entries.get(name)!;
    parent.entries.delete(name);
    this.#touch(parent);
    return node;
  }

  #parent(path: string, operation: FileOperation): MemoryNode {
    const parent = this.#find(path.slice(0, path.lastIndexOf('/')) || '/', true);
    if (parent?.type !== 'directory') throw this.#absent(path, operation);
    return parent;
  }

  #need(path: string, operation: FileOperation): MemoryNode {
    const node = this.#find(path, true);
    if (!node) throw this.#absent(path, operation);
    return node;
  }

  /** What is wrong with a path at which nothing is. */
  #absent(path: string, operation: FileOperation): Error {
    let folder = path.slice(0, path.lastIndexOf('/'));
    while (folder !== '' && !this.#find(folder, true)) folder = folder.slice(0, folder.lastIndexOf('/'));
    const isBelowFile = folder !== '' && this.#find(folder, true)?.type !== 'directory';
    return systemError(isBelowFile ? 'ENOTDIR' : 'ENOENT', operation, path);
  }

  #find(path: string, isFollowed: boolean): MemoryNode | undefined {
    const resolved = isFollowed ? this.#resolve(path) : this.#resolveParent(path);
    let at: MemoryNode | undefined = this.#root;
    for (const name of namesOf(resolved)) at = at?.entries.get(name);
    return at;
  }

  #follow(parent: MemoryNode, name: string): MemoryNode | undefined {
    const node = parent.entries.get(name);
    return node?.type === 'symlink' ? this.#find(node.target, true) : node;
  }

  #resolveParent(path: string): string {
    const [last, ...names] = namesOf(path).reverse();
    return last === undefined ? '/' : `${this.#resolve(`/${names.reverse().join('/')}`)}/${last}`;
  }

  /** The path with all links on it replaced; parts that are absent stay. */
  #resolve(path: string, depth = 0): string {
    if (depth > 40) throw systemError('ELOOP', 'lstat', path);
    const done: string[] = [];
    let at: MemoryNode | undefined = this.#root;
    const names = namesOf(path);
    for (const [index, name] of names.entries()) {
      const next: MemoryNode | undefined = at?.entries.get(name);
      if (next?.type === 'symlink') {
        const target = next.target.startsWith('/') ? next.target : `/${[...done, next.target].join('/')}`;
        return this.#resolve([target, ...names.slice(index + 1)].join('/'), depth + 1);
      }
      done.push(name);
      at = next;
    }
    return `/${done.join('/')}`;
  }
}
