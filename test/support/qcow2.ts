const CLUSTER_BYTES = 65_536;
const L2_ENTRIES = CLUSTER_BYTES / 8;

/** A valid qcow2 image (version 2) of a disk on which nothing is written: header, L1 table, refcounts. */
export function emptyQcow2(virtualSizeBytes: number): Buffer {
  const [l1Cluster, refcountTableCluster, refcountBlockCluster, clusters] = [1, 2, 3, 4];
  const data = Buffer.alloc(clusters * CLUSTER_BYTES);
  data.write('QFI\xfb', 'latin1');
  data.writeUInt32BE(2, 4);
  data.writeUInt32BE(16, 20); // cluster bits
  data.writeBigUInt64BE(BigInt(virtualSizeBytes), 24);
  data.writeUInt32BE(Math.ceil(virtualSizeBytes / (CLUSTER_BYTES * L2_ENTRIES)), 36);
  data.writeBigUInt64BE(BigInt(l1Cluster * CLUSTER_BYTES), 40);
  data.writeBigUInt64BE(BigInt(refcountTableCluster * CLUSTER_BYTES), 48);
  data.writeUInt32BE(1, 56);
  data.writeBigUInt64BE(BigInt(refcountBlockCluster * CLUSTER_BYTES), refcountTableCluster * CLUSTER_BYTES);
  for (let used = 0; used < clusters; used += 1) data.writeUInt16BE(1, refcountBlockCluster * CLUSTER_BYTES + used * 2);
  return data;
}
