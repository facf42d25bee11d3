import { posix } from 'node:path';
import { bytesSource, zipMembers } from '../archives/index.ts';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { badInput, type Tool, usage } from './tool.ts';
import { writeZip, type ZipMember } from './zip-writer.ts';

/** Of a class file: what it begins with, and where its version stands, the minor part before the major one. */
const MAGIC = 0xcafebabe;
const MINOR_AT = 4;
const MAJOR_AT = 6;
const HEAD_BYTES = 8;
const FILE_MODE = 0o100644;
const MOST_BYTES = 256 * 2 ** 20;
/** What compilers and the linker of resources read of a platform. */
const KEPT = /\.class$|^AndroidManifest\.xml$|^resources\.arsc$/;

/**
 * `class-level v1 --out <jar> --level <major> <jar>`: what is compiled and linked against of a platform's archive, with class files that a
 * newer compiler wrote saying that they are of this level. They are read and not run, and what is read of them has been the same since Java 17.
 */
export const classLevel: Tool = async (args, { fs, workingDirectory }) => {
  const parsed = parseArguments(args, ['out', 'level']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  const level = Number(options.level);
  const [jar] = operands;
  if (options.out === undefined || !Number.isInteger(level) || jar === undefined || operands.length !== 1)
    return usage('class-level --out <jar> --level <major> <jar>');
  const source = bytesSource(fs.readFile(posix.resolve(workingDirectory, jar)));
  const members = zipMembers(source, { maxMemberBytes: MOST_BYTES });
  if (!members.ok) return badInput(`${jar}: ${members.failure}`);
  let problem: string | undefined;
  const lowered = members.value
    .filter(({ path }) => KEPT.test(path))
    .map(
      (member): ZipMember => ({
        ...{ path: member.path, mode: FILE_MODE, isStored: true, alignment: 1, sizeBytes: member.sizeBytes },
        async *bytes() {
          const content = member.read();
          if (content.ok)
            yield member.path.endsWith('.class') ? atLevel(content.value, level) : content.value;
          else problem ??= content.failure;
        },
      }),
    );
  const out = posix.resolve(workingDirectory, options.out);
  fs.makeDirectory(posix.dirname(out));
  using handle = fs.open(out, 'w', 0o644);
  const written = await writeZip(lowered, (chunk) => handle.write(chunk));
  if (!written.ok) problem ??= written.failure;
  return problem === undefined ? ok(undefined) : badInput(`${jar}: ${problem}`);
};

function atLevel(content: Buffer, level: number): Buffer {
  const isClass = content.length > HEAD_BYTES && content.readUInt32BE(0) === MAGIC;
  if (!isClass || content.readUInt16BE(MAJOR_AT) <= level) return content;
  const lowered = Buffer.from(content);
  lowered.writeUInt16BE(0, MINOR_AT);
  lowered.writeUInt16BE(level, MAJOR_AT);
  return lowered;
}
