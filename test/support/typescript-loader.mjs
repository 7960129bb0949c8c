import { transformSync } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// For `node --import …/typescript-loader.mjs`: runs the project's TypeScript from its sources in a plain Node process, decorators and
// aliases included, as jest's own transform does inside jest. Tests use it for processes that they kill.
const root = new URL('../../', import.meta.url);

function toSource(specifier, parentURL) {
  const alias = /^@tollkeeper\/([^/]+)(?:\/(.+))?$/.exec(specifier);
  if (alias) return new URL(`libs/${alias[1]}/src/${alias[2] ? `${alias[2]}/` : ''}index.ts`, root).href;
  if (!specifier.startsWith('.') || !specifier.endsWith('.js') || !parentURL?.endsWith('.ts')) return specifier;
  const source = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
  return existsSync(source) ? source.href : specifier;
}

registerHooks({
  resolve: (specifier, context, next) => next(toSource(specifier, context.parentURL), context),
  load: (url, context, next) => {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, cwd: fileURLToPath(root), sourceMaps: 'inline' });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
