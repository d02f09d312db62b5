import { fromBase64, fromHex, toHex } from '@hefu/bytes';
import { parseForeignStatement } from '../foreign-statement.ts';
import { verifyTransparentStatement } from '../transparent-statement.ts';
import type { ScittCase } from './vector-types.ts';

type Finding = { readonly [field: string]: unknown };

/** What this implementation finds for a case of `scitt.json`. */
export function scittFinding(item: ScittCase): Finding {
  const bytes = hexOf(item.bytes);
  if (item.trust !== undefined) return transparentFinding(bytes, item.trust, item.issuerKey);
  const verdict = parseForeignStatement(bytes);
  if (!verdict.ok) return { ok: false, code: verdict.code };
  const { statement } = verdict;
  const { algorithm, issuer, subject, notBeforeMs = null, expiresMs = null } = statement;
  return {
    ok: true,
    canonical: toHex(statement.bytes),
    digest: toHex(statement.digest),
    algorithm,
    issuer,
    subject,
    keyId: statement.keyId === undefined ? null : toHex(statement.keyId),
    notBeforeMs,
    expiresMs,
    toBeSigned: toHex(statement.toBeSigned),
    signature: toHex(statement.signature),
  };
}

function transparentFinding(
  bytes: Uint8Array,
  { suite, chain, validators }: NonNullable<ScittCase['trust']>,
  issuerKey: ScittCase['issuerKey'],
): Finding {
  const set = validators.map(({ publicKey, ...rest }) => {
    const raw = fromBase64(publicKey);
    if (raw === undefined) throw new TypeError('a vector with wrong base64');
    return { ...rest, publicKey: raw };
  });
  const trust = { suite, chain, genesis: new Uint8Array(32), spans: [{ fromSize: 0, set }] };
  const key =
    issuerKey === undefined
      ? {}
      : { issuerKey: { ...issuerKey, publicKey: hexOf(issuerKey.publicKey) } };
  const verdict = verifyTransparentStatement({ bytes, trust, ...key });
  const { ok, code, index = null, receipts } = verdict;
  if (!ok) return { ok, code };
  return { ok, index, receipts: receipts.map((each) => (each.ok ? each.organisation : null)) };
}

function hexOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new TypeError('a vector with wrong hex');
  return bytes;
}
