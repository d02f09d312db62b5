import { readJson } from '../engine/intake.ts';
import { App } from './app.ts';

const root = document.getElementById('app');
if (root !== null) {
  const app = new App(root);
  // A node that serves the page puts its trust file here; in the file on disk it says null.
  const served = readJson(document.getElementById('served')?.textContent ?? '');
  if (typeof served === 'object' && served !== null && Object.hasOwn(served, 'trust')) {
    void app.takeServedTrust((served as { readonly trust: unknown }).trust);
  }
}
