// `npm run build -w @hefu/verifier`: builds the page when a source has changed.
import { BUILT, ensurePage } from './page.mjs';

const built = await ensurePage();
process.stderr.write(`hefu: ${BUILT} ${built ? 'built' : 'is of these sources'}\n`);
