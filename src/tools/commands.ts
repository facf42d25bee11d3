import { aarUnpack } from './aar-unpack.ts';
import { archive } from './archive.ts';
import { classLevel } from './class-level.ts';
import { classNames } from './class-names.ts';
import { type Commands, inTurn } from './command.ts';
import { v8Lcov } from './coverage/v8-lcov.ts';
import { dexJoin } from './dex-join.ts';
import { imageAssemble } from './image/image-assemble.ts';
import { imageIndex } from './image/image-index.ts';
import { imageTag } from './image/image-tag.ts';
import { jarResources } from './jar-resources.ts';
import { npmUnpack } from './npm-unpack.ts';
import { contentPolicy } from './site/content-policy.ts';
import { serviceWorker } from './site/service-worker.ts';
import { siteAssociations } from './site/site-associations.ts';
import { webIcons } from './site/web-icons.ts';
import { webManifest } from './site/web-manifest.ts';
import type { Tool } from './tool.ts';
import { zip } from './zip.ts';

/** Loaded when asked for: no other command needs to know of packages. */
const imagePackages: Tool = async (args, context) =>
  (await import('./packages/image-packages.ts')).imagePackages(args, context);

/** Nor of browsers. */
const webCheck: Tool = async (args, context) => (await import('./site/web-check.ts')).webCheck(args, context);

/** Nor of services. */
const serveLoad: Tool = async (args, context) =>
  (await import('./service/serve-load.ts')).serveLoad(args, context);

export const COMMANDS: Commands = {
  'aar-unpack': { version: 1, run: aarUnpack },
  archive: { version: 1, run: archive },
  'class-level': { version: 1, run: classLevel },
  'class-names': { version: 1, run: classNames },
  'content-policy': { version: 2, run: contentPolicy },
  'dex-join': { version: 1, run: dexJoin },
  'image-assemble': { version: 10, run: imageAssemble },
  'image-index': { version: 1, run: imageIndex },
  'image-packages': { version: 4, run: imagePackages },
  'image-tag': { version: 1, run: imageTag },
  'in-turn': { version: 1, run: inTurn(() => COMMANDS) },
  'jar-resources': { version: 1, run: jarResources },
  'npm-unpack': { version: 1, run: npmUnpack },
  'serve-load': { version: 1, run: serveLoad },
  'service-worker': { version: 2, run: serviceWorker },
  'site-associations': { version: 2, run: siteAssociations },
  'v8-lcov': { version: 2, run: v8Lcov },
  'web-check': { version: 1, run: webCheck },
  'web-icons': { version: 1, run: webIcons },
  'web-manifest': { version: 2, run: webManifest },
  zip: { version: 1, run: zip },
};

export const TOOL_VERSIONS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(COMMANDS).map(([name, { version }]) => [name, version]),
);
