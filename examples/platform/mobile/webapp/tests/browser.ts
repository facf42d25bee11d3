/** Lets node:test load the page: `--import` this file. JSX is compiled as Vite does it, `#model` is the component's. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'rolldown/utils';

const aiCore = process.env.DEPS_COMPONENT_AI_CORE ?? join(import.meta.dirname, '../../../components/ai-core');
const model = pathToFileURL(join(aiCore, 'dist/ai-core/models/model.json')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '#model' ? { url: model, shortCircuit: true } : next(specifier, context),
  load(url, context, next) {
    const script = (source: string) => ({ format: 'module' as const, shortCircuit: true, source });
    if (url === model) return script(`export default ${readFileSync(fileURLToPath(url), 'utf8')};`);
    if (url.endsWith('.css')) return script('');
    return url.endsWith('.tsx') ? script(compiled(fileURLToPath(url))) : next(url, context);
  },
});

/** With its map, by which coverage is told for the lines of the source. */
function compiled(path: string): string {
  const jsx = { runtime: 'automatic' } as const;
  const { code, map } = transformSync(path, readFileSync(path, 'utf8'), { sourcemap: true, jsx });
  const inline = Buffer.from(JSON.stringify({ ...map, sources: [path] })).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`;
}
