import { isOrganisationId } from '@hefu/protocol';
import { openFolderStorage } from '@hefu/vault';
import type { ObjectStorage } from '@hefu/vault';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { VaultStorages } from '../sharing/open-sharing.ts';
import type { ChainPaths } from './data-folder.ts';
import { jsonText, writeFileAtomic } from './files.ts';
import { StartError } from './start-fault.ts';

const PRIVATE_FOLDER_MODE = 0o700;
const PRIVATE_FILE_MODE = 0o600;

/** In the folder of a vault whose objects are in a bucket: which one. No secret is in it. */
const BUCKET_NOTE = 'bucket.json';
/** In the folder of a granter whose objects are in a bucket, so that the folder is in backups. */
const GRANTER_NOTE = 'bucket.txt';

const bucketSchema = z.strictObject({
  format: z.literal('hefu-bucket/1'),
  endpoint: z.string().max(2_000),
  region: z.string().max(100),
  bucket: z.string().max(100),
  /** Of the chain: `own/` and `granted/<granter>/` stand behind it. */
  prefix: z.string().max(1_000),
  pathStyle: z.boolean(),
});

/** The bucket in which a chain's objects are. */
export type BucketNote = z.output<typeof bucketSchema>;

/** What opens a bucket. */
export type BucketCredentials = NonNullable<Secrets['s3']>;

/** The bucket of a vault; undefined when its objects are in the folder. Throws StartError `data-damaged`. */
export function readBucketNote({ vault }: Pick<ChainPaths, 'vault'>): BucketNote | undefined {
  const path = join(vault, BUCKET_NOTE);
  if (!existsSync(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    value = undefined;
  }
  const parsed = bucketSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StartError('data-damaged', `${path} does not hold what it must`);
}

/** Where a chain's objects are, by the node's settings, which are noted in the data folder for those who have no settings. */
export async function openVaultStorages(options: {
  readonly files: ChainPaths;
  readonly slug: string;
  readonly config: Config;
  readonly secrets: Secrets;
}): Promise<VaultStorages> {
  const { files, slug, config, secrets } = options;
  if (config.vault.storage !== 's3') {
    rmSync(join(files.vault, BUCKET_NOTE), { force: true });
    return folderStorages(files, true);
  }
  const { s3Endpoint, s3Region, s3Bucket, s3Prefix, s3PathStyle } = config.vault;
  if (s3Endpoint === '' || s3Bucket === '' || secrets.s3 === undefined) {
    throw new StartError(
      'config-invalid',
      'vault.storage: s3 wants vault.s3Endpoint and vault.s3Bucket, and in the environment HEFU_S3_ACCESS_KEY_ID and HEFU_S3_SECRET_ACCESS_KEY',
    );
  }
  const note: BucketNote = {
    format: 'hefu-bucket/1',
    endpoint: s3Endpoint,
    region: s3Region,
    bucket: s3Bucket,
    prefix: `${s3Prefix}${slug}/`,
    pathStyle: s3PathStyle,
  };
  await mkdir(files.vault, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  writeFileAtomic(join(files.vault, BUCKET_NOTE), jsonText(note));
  return bucketStorages(files, note, secrets.s3, true);
}

/** The same for those who only look while the node may run: by the note, without clearing what is under way. */
export async function viewVaultStorages(
  files: ChainPaths,
  credentials: BucketCredentials | undefined,
): Promise<VaultStorages> {
  const note = readBucketNote(files);
  if (note === undefined) return folderStorages(files, false);
  if (credentials !== undefined) return bucketStorages(files, note, credentials, false);
  throw new StartError(
    'config-invalid',
    `the objects are in the bucket ${note.bucket}: the environment lacks HEFU_S3_ACCESS_KEY_ID and HEFU_S3_SECRET_ACCESS_KEY`,
  );
}

function folderStorages({ vault }: Pick<ChainPaths, 'vault'>, sweep: boolean): VaultStorages {
  const granted = join(vault, 'granted');
  return {
    own: async () => openFolderStorage({ directory: vault, sweep }),
    async granted(granter) {
      await mkdir(granted, { recursive: true, mode: PRIVATE_FOLDER_MODE });
      return openFolderStorage({ directory: join(granted, granter), sweep });
    },
    granters: async () => granterFolders(granted),
  };
}

/**
 * Objects of one's own under `own/`, those of granters under `granted/<granter>/`; that there is a granter is noted in the data
 * folder.
 */
async function bucketStorages(
  { vault }: Pick<ChainPaths, 'vault'>,
  { endpoint, region, bucket, prefix, pathStyle }: BucketNote,
  credentials: BucketCredentials,
  sweep: boolean,
): Promise<VaultStorages> {
  // Its library is large: nodes that keep objects in a folder never load it.
  const { openS3Storage } = await import('@hefu/vault/s3');
  const open = async (place: string): Promise<ObjectStorage> =>
    openS3Storage({
      endpoint,
      region,
      bucket,
      prefix: `${prefix}${place}/`,
      isPathStyle: pathStyle,
      sweep,
      ...credentials,
    });
  const granted = join(vault, 'granted');
  return {
    own: async () => open('own'),
    async granted(granter) {
      const folder = join(granted, granter);
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
      if (!existsSync(join(folder, GRANTER_NOTE))) {
        await writeFile(join(folder, GRANTER_NOTE), `${prefix}granted/${granter}/\n`, {
          mode: PRIVATE_FILE_MODE,
        });
      }
      return open(`granted/${granter}`);
    },
    granters: async () => granterFolders(granted),
  };
}

async function granterFolders(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => isOrganisationId(name)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
