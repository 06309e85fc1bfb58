// Body of a hash thread. It imports nothing of ours but types, so that it runs compiled as well as from its source,
// from which Node strips the types.
import { constants, createHash, createVerify } from 'node:crypto';
import type { Hash, Verify } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { DataSignature, HashReply, HashRequest } from './hash-protocol.js';

const algorithm = String(workerData);

/** Takes in the bytes of one job, and says at their end what they are. */
type Intake = Readonly<{ bytes: Hash | Verify; conclude: () => string }>;
type Job = Readonly<{ intake: Intake; memory: SharedArrayBuffer }>;

const jobs = new Map<number, Job>();

const hashing = (): Intake => {
  const hash = createHash(algorithm);
  return { bytes: hash, conclude: () => hash.digest('hex') };
};

const verifying = (signature: DataSignature): Intake => {
  const verify = createVerify(signature.hash);
  return { bytes: verify, conclude: () => (isRight(verify, signature) ? 'verified' : 'refused') };
};

const isRight = (verify: Verify, { publicKey, saltBytes, signature }: DataSignature): boolean => {
  const pss = saltBytes === null ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes };
  try {
    return verify.verify({ key: publicKey, ...pss }, signature, 'base64');
  } catch {
    return false; // no signature of such a key has this form
  }
};

const reply = (message: HashReply): void => parentPort?.postMessage(message);

const jobOf = (id: number): Job => {
  const job = jobs.get(id);
  if (job === undefined) throw new Error(`Hash job ${id} is not open`);
  return job;
};

const handle = (request: HashRequest): void => {
  switch (request.kind) {
    case 'open':
      jobs.set(request.job, {
        intake: request.signature === null ? hashing() : verifying(request.signature),
        memory: request.memory,
      });
      return;
    case 'update': {
      const { intake, memory } = jobOf(request.job);
      intake.bytes.update(new Uint8Array(memory, request.offset, request.lengthBytes));
      reply({ kind: 'hashed', job: request.job, slot: request.slot });
      return;
    }
    case 'finish': {
      const { intake } = jobOf(request.job);
      jobs.delete(request.job);
      reply({ kind: 'digest', job: request.job, hex: intake.conclude() });
      return;
    }
    case 'drop':
      jobs.delete(request.job);
      reply({ kind: 'dropped', job: request.job });
  }
};

parentPort?.on('message', handle);
