import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { startedRole } from '../../support/started-role.js';

const FOLDER = 'deploy/kubernetes';

const { resources, images } = parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as {
  resources: string[];
  images: { name: string }[];
};
const objects: any[] = resources.flatMap((file) =>
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  }),
);
const ofKind = (kind: string): any[] => objects.filter((each) => each.kind === kind);
const named = (kind: string, name: string): any => ofKind(kind).find((each) => each.metadata.name === name);
const deployments: [string, any][] = ofKind('Deployment').map((each) => [each.metadata.name, each.spec]);
const containerOf = (spec: any): any => spec.template.spec.containers[0];

describe('The manifests for Kubernetes', () => {
  it('are objects of kinds that there are, with names of their own', () => {
    const versions: Record<string, string> = {
      Namespace: 'v1',
      ConfigMap: 'v1',
      Secret: 'v1',
      PersistentVolumeClaim: 'v1',
      Service: 'v1',
      Deployment: 'apps/v1',
      PodDisruptionBudget: 'policy/v1',
    };
    for (const { kind, apiVersion } of objects) expect([kind, apiVersion]).toEqual([kind, versions[kind]]);
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(deployments.map(([name]) => name)).toEqual(['api', 'worker', 'projector', 'scrubber']);
  });

  it.each(deployments)(
    'start a %s with options that the program knows, and ask it where it answers',
    async (name, spec) => {
      const container = containerOf(spec);
      const folder = mkdtempSync(join(tmpdir(), 'hindsight-kubernetes-'));
      try {
        const { role, config, warnings } = await startedRole(configuredIn(folder, spec), environmentOf(container));
        expect([role, config.dataDir, config.api.bindHost, warnings]).toEqual([name, '/data', '0.0.0.0', []]);
        expect(config.deletion.daemon).toBe(role === 'scrubber');
        expect(config.notifications?.broker?.durable).toBe(true); // newer RabbitMQs permit no others
        const [port] = container.ports;
        expect(port.containerPort).toBe(role === 'api' ? config.api.bindPort : config.status?.port);
        for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
          const { httpGet, tcpSocket } = container[probe];
          expect([probe, (httpGet ?? tcpSocket).port]).toEqual([probe, port.name]);
          if (httpGet !== undefined) expect(httpGet.path).toBe('/healthcheck');
        }
        const { gracefulShutdownTimeoutS, shutdownDelayS } = config.api;
        const delayS = role === 'api' ? shutdownDelayS : 0;
        expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(delayS + gracefulShutdownTimeoutS);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.each(deployments)('let a %s do nothing but its work', (_, spec) => {
    const { securityContext, volumes } = spec.template.spec;
    const container = containerOf(spec);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const mounted = container.volumeMounts.map((mount: any) => mount.name);
    expect(mounted).toEqual(volumes.map((volume: any) => volume.name));
    expect(images.map((image) => image.name)).toContain(container.image);
  });

  it.each(deployments)('name what a %s is made of, and nothing that there is not', (name, spec) => {
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    for (const { configMap, secret, persistentVolumeClaim: claim } of spec.template.spec.volumes) {
      if (configMap) expect(named('ConfigMap', configMap.name)).toBeDefined();
      if (secret) expect(named('Secret', secret.secretName)).toBeDefined();
      if (claim) expect(named('PersistentVolumeClaim', claim.claimName).spec.accessModes).toEqual(['ReadWriteMany']);
    }
    for (const { spec: budget } of ofKind('PodDisruptionBudget').filter((each) => each.metadata.name === name)) {
      expect(budget.selector.matchLabels).toEqual(spec.selector.matchLabels);
      expect(spec.replicas).toBeGreaterThan(budget.minAvailable ?? 0);
    }
  });

  it('lead clients to the API', () => {
    const { spec } = named('Service', 'api');
    const { selector, template } = named('Deployment', 'api').spec;
    expect(spec.selector).toEqual(selector.matchLabels);
    expect(template.spec.containers[0].ports.map((port: any) => port.name)).toContain(spec.ports[0].targetPort);
  });
});

const environmentOf = ({ env = [] }: any): Record<string, string> =>
  Object.fromEntries(env.map((variable: any) => [variable.name, variable.value]));

/** The container's arguments, with its files in a folder of the test. */
function configuredIn(folder: string, spec: any): string[] {
  const { volumes } = spec.template.spec;
  const { args, volumeMounts } = containerOf(spec);
  return args.map((word: string) => {
    const mount = volumeMounts.find((each: any) => word.startsWith(`${each.mountPath}/`));
    if (mount === undefined) return word;
    const { configMap, secret } = volumes.find((volume: any) => volume.name === mount.name);
    const source = configMap ? named('ConfigMap', configMap.name).data : named('Secret', secret.secretName).stringData;
    const file = word.slice(`${mount.mountPath}/`.length);
    writeFileSync(join(folder, file), source[file] as string);
    return join(folder, file);
  });
}
