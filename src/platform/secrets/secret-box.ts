import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Secret } from '@tollkeeper/kernel';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must be readable again (credentials, webhook bodies): AES-256-GCM, bound to its context so that it cannot be moved. */
export class SecretBox {
  readonly #key: KeyObject;

  /** @param encryptionKey any text of at least 32 characters; hashed to the cipher's key size */
  constructor(encryptionKey: Secret) {
    const text = encryptionKey.reveal();
    if (text.length < 32) throw new Error('ENCRYPTION_KEY must have at least 32 characters. Make one with: openssl rand -hex 32');
    this.#key = createSecretKey(createHash('sha256').update(text).digest());
  }

  /** @param context what the value belongs to (`connection:con_…`); the same must be given to open it */
  seal(plain: string | Buffer, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), sealed]);
  }

  open(sealed: Buffer, context: string): Buffer {
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    try {
      if (sealed[0] !== VERSION) throw new Error('version');
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      throw new Error(`A stored secret of ${context} cannot be decrypted. ENCRYPTION_KEY is not the one it was stored with: restore that key.`);
    }
  }
}
