import { newCast } from './callers.js';
import { imageFilesBelow } from './image-files.js';
import { ImageSession } from './image-session.js';
import { Service } from './service.js';
import type { ServiceEnvironment, ServiceOptions } from './service.js';

/** Options of a service that believes what its callers say of themselves. */
export const trusting = (environment: ServiceEnvironment = {}): Pick<ServiceOptions, 'environment'> => ({
  environment: () => ({ OS_HINDSIGHT__IDENTITY: 'fakeauth', ...environment }),
});

export const startTrustingService = (environment: ServiceEnvironment = {}): Promise<Service> =>
  Service.start(trusting(environment));

/** A member of a project that nobody else uses. */
export const newMember = (service: Service): ImageSession => new ImageSession(() => service.url, newCast().member);

export const newAdmin = (service: Service): ImageSession => new ImageSession(() => service.url, newCast().admin);

export const filesOf = (service: Service, imageId: string): Promise<string[]> =>
  imageFilesBelow(service.dataDir, imageId);
