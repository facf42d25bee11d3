import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The component as a mobileops build shows it, else the folder beside this one. */
const aiCore = resolve(process.env.DEPS_COMPONENT_AI_CORE ?? '../../components/ai-core');
const model = resolve(aiCore, 'dist/ai-core/models/model.json');
if (!existsSync(model))
  throw new Error(`the telemetry model is missing: ${model}\nBuild it first: mobileops build ai-core`);

const build = {
  version: process.env.BUILD_VERSION ?? 'development',
  number: process.env.BUILD_NUMBER ?? '',
  commit: process.env.GIT_COMMIT ?? '',
};

export default defineConfig({
  // Relative addresses: the same files work below any path and inside the hybrid app.
  base: './',
  plugins: [react()],
  resolve: { alias: { '#model': model } },
  define: { __BUILD__: JSON.stringify(build) },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: { fs: { allow: [import.meta.dirname, aiCore] } },
});
