import type { SqlRow, SqlValue } from '@hefu/contract';
import type { ReadModelErrorCode } from './errors.ts';
import type { ProjectedBlock, ReadModelStatus } from './types.ts';

export interface ProjectorData {
  readonly file: string;
  readonly modules: readonly string[];
}

export type ToProjector =
  | { readonly kind: 'advance'; readonly height: number; readonly block?: ProjectedBlock }
  | { readonly kind: 'rebuild'; readonly id: number; readonly projection?: string }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly value?: unknown;
      readonly error?: string;
    }
  | { readonly kind: 'close' };

export type FromProjector =
  | { readonly kind: 'refused'; readonly code: ReadModelErrorCode; readonly message: string }
  /** The first one says that the thread is ready. */
  | { readonly kind: 'progress'; readonly status: ReadModelStatus }
  | { readonly kind: 'rebuilt'; readonly id: number; readonly error?: string }
  | { readonly kind: 'blocks'; readonly id: number; readonly from: number; readonly limit: number }
  | { readonly kind: 'attachment'; readonly id: number; readonly digest: Uint8Array }
  | { readonly kind: 'closed' };

export interface QueryThreadData {
  readonly file: string;
  /** One number, shared: id of the query to give up. */
  readonly givenUp: Int32Array<SharedArrayBuffer>;
}

export interface QueryRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  readonly module: string | undefined;
  readonly rowsMax: number;
}

export type QueryReply =
  | {
      readonly id: number;
      readonly ok: true;
      readonly height: number;
      readonly rows: readonly SqlRow[];
    }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: ReadModelErrorCode;
      readonly message: string;
    };
