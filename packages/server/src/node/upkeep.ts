import { X509Certificate } from 'node:crypto';
import { backupIds, backupTimeMs } from '../backup/manifest.ts';
import type { TlsMaterial } from './tls.ts';

/** What an operator has to see to, as the metrics tell it: backups that are made, certificates that are renewed. */
export class Upkeep {
  readonly #backupFolder: string;
  #backupFailed: boolean | undefined;
  #certificateEndMs: number | undefined;

  /** `backupFolder`: as in the settings; empty where the node makes no backups. */
  constructor(backupFolder: string) {
    this.#backupFolder = backupFolder;
  }

  backupEnded(isWhole: boolean): void {
    this.#backupFailed = !isWhole;
  }

  certificateTaken({ cert }: TlsMaterial): void {
    this.#certificateEndMs = new X509Certificate(cert).validToDate.getTime();
  }

  /** Whether the last backup that this node tried has failed; undefined while it has tried none. */
  get backupFailed(): boolean | undefined {
    return this.#backupFailed;
  }

  /** When the certificate in use ends, as Unix milliseconds; undefined without TLS. */
  get certificateEndMs(): number | undefined {
    return this.#certificateEndMs;
  }

  /** When the newest whole backup in the folder was made, by whomever; undefined where there is none or the folder cannot be read. */
  newestBackupMs(): number | undefined {
    if (this.#backupFolder === '') return undefined;
    try {
      const newest = backupIds(this.#backupFolder).at(-1);
      return newest === undefined ? undefined : backupTimeMs(newest);
    } catch {
      // The failure of the next backup is what tells of such a folder.
      return undefined;
    }
  }
}
