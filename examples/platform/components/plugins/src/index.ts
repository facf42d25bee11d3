/** Plugins of the platform. A plugin is a folder with a `plugin.json` and a module; it is given exactly
 * the parts of the platform's interface that its manifest asks for and the operator grants. That is a
 * contract between people who mean well, not a sandbox: a plugin is code in this process. */

export { type Loaded, type LoadOptions, loadPlugin } from './load.js';
export { type Manifest, PERMISSIONS, type Permission, readManifest } from './manifest.js';
export { interfaceFor, type Plugin, type PluginInterface, type Sample, type Services } from './plugin.js';
export { PluginHost } from './plugin-host.js';
