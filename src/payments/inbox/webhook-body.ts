import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { newId } from '@tollkeeper/kernel';
import type { SecretBox } from '../../platform/secrets/secret-box.js';

/** Fastest; events repeat each other so much that better ones gain little. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** What is read at once when one event of it is handled again. */
const BYTES_TOGETHER = 1024 * 1024;

/** Where a body is among those that were stored with it. */
export interface BodyPlace {
  readonly bodyId: string;
  /** Bytes. */
  readonly start: number;
  readonly length: number;
}

/** Bodies of one connection, packed and encrypted as one. */
export interface SealedBodies {
  readonly id: string;
  readonly accountId: string;
  readonly connectionId: string;
  readonly content: Buffer;
}

export interface ArrivedBody {
  readonly accountId: string;
  readonly connectionId: string;
  /** The exact bytes of a webhook; null from an event list. */
  readonly rawBody: Buffer | null;
}

interface Together {
  readonly id: string;
  readonly accountId: string;
  readonly connectionId: string;
  readonly bodies: Buffer[];
  length: number;
}

/** @param arrived in the order of their connections @returns what is stored, and the place of each body in it */
export function sealedBodies(arrived: readonly ArrivedBody[], box: SecretBox, nowInMillis: number): { sealed: SealedBodies[]; places: (BodyPlace | null)[] } {
  const all: Together[] = [];
  const places = arrived.map(({ accountId, connectionId, rawBody }) => {
    if (rawBody === null) return null;
    let together = all.at(-1);
    if (together?.connectionId !== connectionId || together.length >= BYTES_TOGETHER) {
      together = { id: newId('whb', nowInMillis), accountId, connectionId, bodies: [], length: 0 };
      all.push(together);
    }
    const start = together.length;
    together.bodies.push(rawBody);
    together.length += rawBody.length;
    return { bodyId: together.id, start, length: rawBody.length };
  });
  const sealed = all.map(({ id, accountId, connectionId, bodies }) => ({ id, accountId, connectionId, content: box.seal(zstdCompressSync(Buffer.concat(bodies), PACKING), contextOf(id)) }));
  return { sealed, places };
}

/** All bodies that were stored together. @throws Error when they were stored under another key */
export function openedBodies(id: string, content: Buffer, box: SecretBox): Buffer {
  return zstdDecompressSync(box.open(content, contextOf(id)));
}

function contextOf(id: string): string {
  return `webhook-bodies:${id}`;
}
