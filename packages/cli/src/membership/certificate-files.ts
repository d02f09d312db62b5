import { readFileSync } from 'node:fs';
import { certificatesOfPem } from '@hefu/sdk';
import type { CommandContext } from '../command.ts';
import { usageFault } from '../fault.ts';
import { resolvePath } from '../node/data-folder.ts';

/** What the first byte of a certificate in DER is: a SEQUENCE. */
const DER_SEQUENCE = 0x30;

/** The certificates of a file, PEM or DER; `-` reads PEM from standard input. */
export async function readCertificateFile(
  context: CommandContext,
  path: string,
): Promise<readonly Uint8Array[]> {
  if (path === '-') return fromPem(path, await context.io.readStdin());
  const bytes = readFileSync(resolvePath(context, path));
  return bytes[0] === DER_SEQUENCE ? [new Uint8Array(bytes)] : fromPem(path, bytes.toString());
}

function fromPem(path: string, text: string): readonly Uint8Array[] {
  const certificates = certificatesOfPem(text);
  if (certificates !== undefined) return certificates;
  throw usageFault(
    'certificate-malformed',
    `${path} holds no certificate`,
    'A file in PEM (-----BEGIN CERTIFICATE-----) or DER is asked for.',
  );
}

/** A time as people read it. */
export function dayText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}
