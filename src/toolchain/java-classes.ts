import { posix } from 'node:path';
import { type Tree, type TreeLeaf, treeFromFiles } from '../action/index.ts';
import { fail, ok, type Result, sha256 } from '../base/index.ts';
import type { Processes } from '../host/index.ts';
import { remember, rememberedTree, type UnpackOptions } from './unpacked-tool.ts';

/** A Java program of our own, in one file of its class's name. */
export interface JavaProgram {
  readonly className: string;
  readonly source: string;
  /** Files of the machine that it is compiled against, and what tells them apart from others. */
  readonly classpath: string;
  readonly classpathVersion: string;
}

export interface JavaClassesOptions extends UnpackOptions {
  readonly processes: Processes;
  readonly javac: string;
  readonly javaVersion: string;
  /** Exists; what is put there is removed again. */
  readonly temporaryDirectory: string;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 120_000;

/**
 * The classes of a program that runs outside the sandbox: compiled once for each JDK and remembered beside the cache, so that a
 * start does not wait for the compiler. The text says why it could not be compiled.
 */
export async function javaClasses(
  options: JavaClassesOptions,
  program: JavaProgram,
): Promise<Result<Tree, string>> {
  const { cacheDirectory, javaVersion } = options;
  const { className, source, classpathVersion } = program;
  const identity = sha256(JSON.stringify([className, source, classpathVersion, javaVersion]));
  const memo = posix.join(cacheDirectory, 'toolchains', `classes-${identity}`);
  const known = rememberedTree(options, memo);
  if (known) return ok(known);
  const compiled = await compile(options, program);
  if (compiled.ok) remember(options, memo, compiled.value);
  return compiled;
}

async function compile(
  { fs, cas, processes, javac, temporaryDirectory, signal }: JavaClassesOptions,
  { className, source, classpath }: JavaProgram,
): Promise<Result<Tree, string>> {
  const folder = posix.join(temporaryDirectory, `javac-${className}`);
  fs.makeDirectory(folder, 0o700);
  try {
    fs.writeFile(posix.join(folder, `${className}.java`), source);
    const flags = ['-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC', '-encoding', 'UTF-8', '-proc:none'];
    const argv = [javac, ...flags, '-nowarn', '-cp', classpath, '-d', 'classes', `${className}.java`];
    const { code, stderr } = await processes.run(argv, {
      cwd: folder,
      env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      timeoutMs: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
    if (code !== 0) return fail(Buffer.from(stderr).toString('utf8').trim());
    const classes = posix.join(folder, 'classes');
    const leaves = fs.readDirectory(classes).map(({ name }): [string, TreeLeaf] => {
      return [name, { digest: cas.putFile(posix.join(classes, name)), isExecutable: false }];
    });
    return ok(treeFromFiles(new Map(leaves)));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  } finally {
    fs.remove(folder);
  }
}
