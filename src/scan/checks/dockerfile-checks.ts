import type { DockerInstruction } from '../../rules/index.ts';
import { isPlaceholder } from '../secrets/checks.ts';
import type { Severity } from '../severity/severity.ts';

/** What is wrong with an instruction. */
export interface DockerfileNote {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly remedy: string;
  readonly instruction: DockerInstruction;
}

type Check = (instruction: DockerInstruction) => readonly Omit<DockerfileNote, 'instruction'>[];

/** What `ENV`, `ARG` and the others say by themselves. */
const CHECKS: Readonly<Record<string, Check>> = {
  ADD: addChecks,
  ENV: envChecks,
  ARG: argChecks,
  RUN: runChecks,
};

/** The instructions of a Dockerfile in order, and what of them must not be. */
export function dockerfileNotes(
  instructions: readonly DockerInstruction[],
  imagePrefix: string,
): readonly DockerfileNote[] {
  const single = instructions.flatMap((instruction) =>
    (CHECKS[instruction.keyword]?.(instruction) ?? []).map((note) => ({ ...note, instruction })),
  );
  return [...single, ...baseNotes(instructions, imagePrefix), ...userNotes(instructions, imagePrefix)];
}

function addChecks({ body, flags }: DockerInstruction): ReturnType<Check> {
  const isRemote = /(?:^|["\s])https?:\/\/\S+/i.test(body.value);
  const isRepository = /\.git(?:[#"\s]|$)/.test(body.value);
  if (!isRemote || isRepository || flags.some(({ name }) => name === 'checksum')) return [];
  return [
    {
      id: 'dockerfile/add-without-checksum',
      severity: 'medium',
      title: 'ADD fetches a file without saying what must come',
      remedy: 'write ADD --checksum=sha256:… in front of the address',
    },
  ];
}

const SECRET_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$/i;
const BY_MOUNT = 'give it to the RUN that needs it: RUN --mount=type=secret,id=…,env=…';

function envChecks({ body }: DockerInstruction): ReturnType<Check> {
  return assignments(body.value).flatMap(([name, value]) => {
    const isText = value !== '' && (/\$\{?\w/.test(value) || !isPlaceholder(value));
    if (!SECRET_NAME.test(name) || !isText) return [];
    return [
      {
        id: 'dockerfile/secret-in-env',
        severity: 'high' as const,
        title: `ENV puts ${name} into the image, where everyone who has it can read it`,
        remedy: BY_MOUNT,
      },
    ];
  });
}

function argChecks({ body }: DockerInstruction): ReturnType<Check> {
  const names = body.value.split(/\s+/).map((word) => word.split('=')[0]!);
  return names
    .filter((name) => SECRET_NAME.test(name))
    .map((name) => ({
      id: 'dockerfile/secret-in-arg',
      severity: 'medium',
      title: `the value of ARG ${name} stays in the history of the image`,
      remedy: BY_MOUNT,
    }));
}

/** `NAME=value` words, or the old form with one name and a blank. */
function assignments(text: string): readonly (readonly [name: string, value: string])[] {
  const pairs = [...text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S*)/g)];
  if (pairs.length > 0) return pairs.map(([, name, value]) => [name!, value!.replace(/^["']|["']$/g, '')]);
  const old = /^([A-Za-z_]\w*)\s+(.*)$/s.exec(text.trim());
  return old ? [[old[1]!, old[2]!]] : [];
}

interface RunCheck {
  readonly pattern: RegExp;
  readonly note: Omit<DockerfileNote, 'instruction'>;
}

const RUN_CHECKS: readonly RunCheck[] = [
  {
    pattern: /\b(?:curl|wget)\b[^|;&\n]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:ba|z|da|k|a)?sh\b/,
    note: {
      id: 'dockerfile/download-to-shell',
      severity: 'high',
      title: 'RUN hands what it fetches to a shell unseen',
      remedy: 'fetch it with ADD --checksum=sha256:…, then run it',
    },
  },
  {
    pattern:
      /\bcurl\b[^|;&\n]*\s(?:-\w*k\w*|--insecure)\b|\bwget\b[^|;&\n]*--no-check-certificate|--trusted-host\b|strict-ssl[ =]false|--allow-unauthenticated|\[trusted=yes\]|GIT_SSL_NO_VERIFY=(?:1|true)|NODE_TLS_REJECT_UNAUTHORIZED=0/,
    note: {
      id: 'dockerfile/unverified-download',
      severity: 'high',
      title: 'RUN takes what anyone on the way can change',
      remedy: 'leave the certificates and signatures checked; add the authority that is missing',
    },
  },
  {
    pattern: /(?:^|[\s;&|(])sudo\s/,
    note: {
      id: 'dockerfile/sudo',
      severity: 'low',
      title: 'RUN uses sudo, which gives whoever runs the image a way to root',
      remedy: 'change the user with USER, and leave sudo out of the image',
    },
  },
  {
    pattern: /\bchmod\s+(?:-\S+\s+)*(?:0?777|a\+rwx|a=rwx|o\+w)\b/,
    note: {
      id: 'dockerfile/world-writable',
      severity: 'medium',
      title: 'RUN lets everyone in the image write',
      remedy: 'give the files to the user that needs them: COPY --chown, or chown',
    },
  },
];

function runChecks({ body, heredocs }: DockerInstruction): ReturnType<Check> {
  const text = [body.value, ...heredocs.map(({ content }) => content)].join('\n');
  return RUN_CHECKS.filter(({ pattern }) => pattern.test(text)).map(({ note }) => note);
}

interface Stage {
  readonly from: DockerInstruction;
  readonly base: string;
  readonly name: string | undefined;
  readonly user: DockerInstruction | undefined;
}

function stagesOf(instructions: readonly DockerInstruction[]): readonly Stage[] {
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const [base = '', , name] = instruction.body.value.trim().split(/\s+/);
      stages.push({ from: instruction, base, name: name?.toLowerCase(), user: undefined });
    } else if (instruction.keyword === 'USER' && stages.length > 0) {
      stages.push({ ...stages.pop()!, user: instruction });
    }
  }
  return stages;
}

function baseNotes(
  instructions: readonly DockerInstruction[],
  imagePrefix: string,
): readonly DockerfileNote[] {
  const names = new Set<string | undefined>();
  return stagesOf(instructions).flatMap(({ from, base, name }) => {
    const isOwn = names.has(base.toLowerCase()) || base === 'scratch' || base.startsWith(imagePrefix);
    names.add(name);
    if (isOwn || base.includes('@') || base.includes('$')) return [];
    const tag = /:([^:/]+)$/.exec(base)?.[1];
    if (tag !== undefined && tag !== 'latest') return [];
    return [
      {
        id: 'dockerfile/moving-base',
        severity: 'low',
        title: `FROM ${base} is another image tomorrow`,
        remedy: 'name a version, or a digest',
        instruction: from,
      },
    ];
  });
}

const ROOT = /^["']?(?:root|0)(?::|["']?$)/;

/** Who runs what the image is started for. An image of the workspace says so in its own file. */
function userNotes(
  instructions: readonly DockerInstruction[],
  imagePrefix: string,
): readonly DockerfileNote[] {
  const stages = stagesOf(instructions);
  let last = stages.at(-1);
  const isRoot = last?.user && ROOT.test(last.user.body.value.trim());
  while (last && !last.user) {
    const base: string = last.base.toLowerCase();
    const below: Stage | undefined = stages.find(({ name }) => name !== undefined && name === base);
    if (!below || below === last) break;
    last = below;
  }
  if (!last || (last.user && !isRoot && !ROOT.test(last.user.body.value.trim()))) return [];
  if (!last.user && last.base.startsWith(imagePrefix)) return [];
  return [
    {
      id: 'dockerfile/root-user',
      severity: 'medium',
      title: last.user ? 'the image runs as root' : 'the image runs as root, unless its base says otherwise',
      remedy: 'end with USER and a user of its own',
      instruction: last.user ?? last.from,
    },
  ];
}
