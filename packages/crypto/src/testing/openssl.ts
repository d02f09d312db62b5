import { execFileSync } from 'node:child_process';

/**
 * Whether the OpenSSL command line is there to check against, version 3 or later: earlier ones and
 * LibreSSL lack SM2 with a signer id. In CI its absence is an error, never a skip.
 */
export function hasOpenssl(): boolean {
  let version = 'none';
  try {
    version = execFileSync('openssl', ['version']).toString().trim();
  } catch {
    // Not installed: the same as one that is too old.
  }
  if (/^OpenSSL ([3-9]|\d\d)\./.test(version)) return true;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') {
    throw new Error(`CI needs OpenSSL 3, found ${version}`);
  }
  console.warn(`checks by the OpenSSL command line are skipped: found ${version}`);
  return false;
}
