import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** No body begins so: what follows is deflated. */
const DEFLATED = Buffer.from([0]);

/** As it is kept before it is encrypted, a fourth of its size: events repeat their words, and encrypted bytes cannot be made smaller any more. */
export function packedBody(rawBody: Buffer): Buffer {
  return Buffer.concat([DEFLATED, deflateRawSync(rawBody, { level: 1 })]);
}

export function unpackedBody(stored: Buffer): Buffer {
  return stored[0] === DEFLATED[0] ? inflateRawSync(stored.subarray(1)) : stored;
}
