// The package is compiled to modules that node takes for scripts, and imports its own files without their extension.
const OURS = '/node_modules/testing-farm/dist/';

export async function resolve(specifier, context, next) {
  const within = context.parentURL?.includes(OURS) && specifier.startsWith('./') && !specifier.endsWith('.js');
  return next(within ? specifier + '.js' : specifier, context);
}

export async function load(url, context, next) {
  return next(url, url.includes(OURS) ? { ...context, format: 'module' } : context);
}
