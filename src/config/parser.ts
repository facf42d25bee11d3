/** What needs the YAML and schema libraries; loaded by `loadParser` only when a file really is to be parsed. */
export { parseBuildConfiguration } from './build-configuration.ts';
export type { Parsed, ParseOptions } from './check-shape.ts';
export { type Declared, type DeclaredComponent, parseComponentBuild } from './component-build.ts';
export { parseImageBuild } from './image-build.ts';
export { parseMobileBuild } from './mobile-build.ts';
